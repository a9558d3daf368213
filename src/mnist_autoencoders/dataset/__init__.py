"""The format of the images between stages: uint8 arrays on disk, and a card that names them."""
