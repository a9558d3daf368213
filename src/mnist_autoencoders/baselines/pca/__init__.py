"""Principal components: the best linear autoencoder there is for squared error."""
