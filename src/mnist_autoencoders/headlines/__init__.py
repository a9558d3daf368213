"""The few figures of each model that DVC lists."""
