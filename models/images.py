"""Images: files as PIL images, and PIL images as the input of a network. Training and inference share this."""

import os

import numpy
from PIL import Image, ImageOps

MEAN = numpy.array([0.485, 0.456, 0.406], dtype=numpy.float32)
DEVIATION = numpy.array([0.229, 0.224, 0.225], dtype=numpy.float32)
"""Of red, green and blue over ImageNet, as torchvision's weights expect them."""
CROPPED = 0.875
"""The part of an image's shorter side that torchvision's weights see: 224 of 256 pixels."""


class NotAnImage(Exception):
    """One file cannot be read as an image; the others can."""


def open_image(path):
    """The file as an RGB image, decoded, and turned as its EXIF data says. Raises NotAnImage, with the reason."""
    if not os.path.exists(path):
        raise NotAnImage("no such file")
    if not os.path.isfile(path):
        raise NotAnImage("not a file")
    try:
        with Image.open(path) as file:
            return ImageOps.exif_transpose(file).convert("RGB")
    except Exception as error:  # decoders raise all kinds: OSError, SyntaxError, struct.error, DecompressionBombError
        raise NotAnImage("not an image: %s" % (str(error).replace(str(path), "the file") or type(error).__name__))


def black(width, height):
    """A black image, to run a network once."""
    return Image.new("RGB", (width, height))


def stretched(image, width, height):
    """The whole image as uint8, height x width x 3, whatever its proportions are."""
    return numpy.asarray(image.resize((width, height), Image.BILINEAR))


def cropped(image, width, height):
    """The middle of the image as uint8, height x width x 3, as torchvision crops it.

    It is cropped first, so that a long, thin image is never enlarged as a whole.
    """
    scale = CROPPED * min(image.width / float(width), image.height / float(height))
    across, down = width * scale, height * scale
    left, top = (image.width - across) / 2, (image.height - down) / 2
    return numpy.asarray(image.resize((width, height), Image.BILINEAR, box=(left, top, left + across, top + down)))


def batch(arrays):
    """uint8 arrays, height x width x 3 each, as one normalized float32 array: images x 3 x height x width."""
    pixels = (numpy.stack(arrays).astype(numpy.float32) / 255 - MEAN) / DEVIATION
    return numpy.ascontiguousarray(pixels.transpose(0, 3, 1, 2))
