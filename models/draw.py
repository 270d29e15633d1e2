"""Draws an answer of serve.py onto its image: boxes with their classes, or the likeliest classes.

    python3 draw.py --image 1.png --result 1.json --out drawn.png

`--result` is a file with one result, {"top": [...]} or {"boxes": [...]}, or - for standard input.
"""

import argparse
import json
import sys

from PIL import Image, ImageDraw

import images

LEAST_SIDE_PX = 256
"""Smaller images are enlarged by a whole number, so that text is readable on them."""
COLORS = ["#e6194b", "#3cb44b", "#ffe119", "#4363d8", "#f58231", "#42d4f4", "#f032e6", "#bfef45", "#fabed4", "#dcbeff"]
LINE_PX = 12


def draw(image, result):
    """The image, enlarged if it is small, with the result on it or, for classes, below it."""
    scale = max(1, -(-LEAST_SIDE_PX // max(image.size)))
    image = image.resize((image.width * scale, image.height * scale), Image.NEAREST)
    if "error" in result:
        return _with_lines(image, [result["error"]])
    if "top" in result:
        return _with_lines(image, ["%s %.2f" % (one["class"], one["probability"]) for one in result["top"]])
    pen = ImageDraw.Draw(image)
    for box in result["boxes"]:
        x0, y0, x1, y1 = [edge * scale for edge in box["box"]]
        color = COLORS[sum(map(ord, box["class"])) % len(COLORS)]
        pen.rectangle((x0, y0, x1, y1), outline=color, width=2)
        top = y0 - LINE_PX if y0 >= LINE_PX else y1
        pen.text((x0 + 1, top), _plain("%s %.2f" % (box["class"], box["probability"])), fill=color)
    return image


def _with_lines(image, lines):
    whole = Image.new("RGB", (image.width, image.height + LINE_PX * len(lines) + 4), "black")
    whole.paste(image, (0, 0))
    pen = ImageDraw.Draw(whole)
    for at, line in enumerate(lines):
        pen.text((4, image.height + 2 + LINE_PX * at), _plain(line), fill="white")
    return whole


def _plain(text):
    """PIL's own font has Latin-1 only."""
    return text.encode("latin-1", "replace").decode("latin-1")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--image", required=True)
    parser.add_argument("--result", required=True)
    parser.add_argument("--out", required=True, help="picture to write; its name says the format")
    options = parser.parse_args()
    try:
        if options.result == "-":
            result = json.load(sys.stdin)
        else:
            with open(options.result, encoding="utf-8") as file:
                result = json.load(file)
        if not isinstance(result, dict) or not {"top", "boxes", "error"} & set(result):
            sys.exit("draw: %s is no result: it has neither top nor boxes" % options.result)
        draw(images.open_image(options.image), result).save(options.out)
    except (OSError, ValueError, images.NotAnImage) as error:
        sys.exit("draw: %s: %s" % (options.image, error))


if __name__ == "__main__":
    main()
