"""The command `autoencoders`: each file has commands for one purpose."""
