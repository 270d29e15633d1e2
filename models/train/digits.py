"""Images with several digits: digits of MNIST, in many sizes, on a background that is not plain, and where they are."""

import numpy
from PIL import Image

import data

SIDE_PX = 128
"""Width and height of a composed image."""
HEIGHTS_PX = (18, 52)
"""Least and greatest height of a digit."""
MOST = 6
"""Digits in an image, at most; at least one."""
TRIES = 20
"""Places that are tried for a digit before it is left out."""
GAP_PX = 2
INK = 48
"""The least gray level of MNIST that belongs to a digit, when its box is looked for."""


def cut_out(images):
    """Each image of MNIST (784 bytes an image) as an array of its digit alone: uint8, height x width."""
    cut = []
    for square in numpy.frombuffer(images, dtype=numpy.uint8).reshape(-1, data.SIDE, data.SIDE):
        rows, columns = numpy.nonzero(square >= INK)
        cut.append(square[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1])
    return cut


def compose(digits, labels, random):
    """(image, truth): uint8, SIDE_PX x SIDE_PX x 3, and [(label, [x0, y0, x1, y1]), ...] in pixels.

    `digits` come from cut_out, `labels` are theirs; `random` is a numpy.random.RandomState.
    """
    canvas = _background(random)
    truth = []
    for _ in range(random.randint(1, MOST + 1)):
        which = random.randint(len(digits))
        digit = digits[which]
        height = random.randint(HEIGHTS_PX[0], HEIGHTS_PX[1] + 1)
        width = max(3, int(round(digit.shape[1] * height / float(digit.shape[0]))))
        place = _free_place(width, height, truth, random)
        if place is None:
            continue
        left, top = place
        ink = numpy.asarray(Image.fromarray(digit).resize((width, height), Image.BILINEAR), dtype=numpy.float32) / 255
        color = random.uniform(150, 255, 3).astype(numpy.float32)
        part = canvas[top : top + height, left : left + width]
        part += ink[:, :, numpy.newaxis] * (color - part)
        truth.append((int(labels[which]), [left, top, left + width, top + height]))
    return canvas.clip(0, 255).astype(numpy.uint8), truth


def _background(random):
    """Coarse and fine noise, darker than the digits."""
    coarse = random.randint(0, 90, (4, 4, 3)).astype(numpy.uint8)
    smooth = Image.fromarray(coarse).resize((SIDE_PX, SIDE_PX), Image.BICUBIC)
    return numpy.asarray(smooth, dtype=numpy.float32) + random.normal(0, 8, (SIDE_PX, SIDE_PX, 1)).astype(numpy.float32)


def _free_place(width, height, truth, random):
    for _ in range(TRIES):
        left, top = random.randint(SIDE_PX - width + 1), random.randint(SIDE_PX - height + 1)
        apart = all(
            left >= x1 + GAP_PX or left + width + GAP_PX <= x0 or top >= y1 + GAP_PX or top + height + GAP_PX <= y0
            for _, (x0, y0, x1, y1) in truth
        )
        if apart:
            return left, top
    return None
