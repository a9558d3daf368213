"""`python -m mnist_autoencoders.use` is the command `autoencoders`."""

from mnist_autoencoders.use.commands.main import main

if __name__ == "__main__":
    main()
