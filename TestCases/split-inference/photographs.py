"""The photographs in Debian's python3-skimage as inputs of the network. skimage itself is never imported."""

import importlib.util
import os

import numpy
from PIL import Image

NAMES = (
    "astronaut.png",
    "chelsea.png",
    "coffee.png",
    "hubble_deep_field.jpg",
    "ihc.png",
    "motorcycle_left.png",
    "retina.jpg",
    "rocket.jpg",
)
"""The color photographs of the package; frame 0 is the first that exists."""
RESIZED_PIXELS = 256
CROPPED_PIXELS = 224
MEAN = numpy.array([0.485, 0.456, 0.406], dtype=numpy.float32)
DEVIATION = numpy.array([0.229, 0.224, 0.225], dtype=numpy.float32)
"""Of red, green and blue over ImageNet, as torchvision's weights expect them."""


def find():
    """Paths of the photographs, sorted by name. Raises RuntimeError if there are none."""
    spec = importlib.util.find_spec("skimage")
    folders = [os.path.join(place, "data") for place in (spec.submodule_search_locations if spec else None) or []]
    paths = [os.path.join(folder, name) for folder in folders for name in NAMES]
    paths = sorted(path for path in paths if os.path.isfile(path))
    if not paths:
        raise RuntimeError(
            "no photographs: %s. Install Debian's python3-skimage (experiment.yaml names it as the client's dependency)"
            % ("skimage is here, but not its photographs" if spec else "skimage is not installed")
        )
    return paths


def load(path):
    """A photograph as float32 array 1 x 3 x 224 x 224: shorter side 256 pixels, center cropped, normalized."""
    with Image.open(path) as file:
        image = file.convert("RGB")
    scale = RESIZED_PIXELS / float(min(image.size))
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.BILINEAR)
    left, top = (image.width - CROPPED_PIXELS) // 2, (image.height - CROPPED_PIXELS) // 2
    image = image.crop((left, top, left + CROPPED_PIXELS, top + CROPPED_PIXELS))
    pixels = (numpy.asarray(image, dtype=numpy.float32) / 255 - MEAN) / DEVIATION
    return numpy.ascontiguousarray(pixels.transpose(2, 0, 1))[numpy.newaxis]
