"""A model that needs no library: finds the shape on each picture of shapes.ts."""

import json
import struct
import time
import zlib

import collab

KINDS = {"circle": 0.785, "square": 1.0, "triangle": 0.5}


def pixels(path):
    """Rows of colors of a PNG file whose lines are not filtered."""
    data = path.read_bytes()
    (width,) = struct.unpack(">I", data[16:20])
    packed, at = b"", 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        packed += data[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    raw = zlib.decompress(packed)
    step = 1 + 3 * width
    lines = [raw[row + 1 : row + step] for row in range(0, len(raw), step)]
    return [[line[x : x + 3] for x in range(0, 3 * width, 3)] for line in lines]


def found(path):
    """The class, the certainty and the box of the one shape."""
    rows = pixels(path)
    background = rows[0][0]
    points = [(x, y) for y, row in enumerate(rows) for x, one in enumerate(row) if one != background]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    box = [min(xs), min(ys), max(xs) + 1, max(ys) + 1]
    share = len(points) / ((box[2] - box[0]) * (box[3] - box[1]))
    kind = min(KINDS, key=lambda name: abs(KINDS[name] - share))
    return {"class": kind, "probability": round(1 - abs(KINDS[kind] - share), 3), "box": box}


for trial in collab.trials():
    folder = collab.data("batches") / trial.parameters["batch"]
    for one in json.loads((folder / "batch.json").read_text())["images"]:
        with collab.span("predict"):
            time.sleep(0.2)
            shape = found(folder / one["file"])
        collab.record(index=one["index"], image=one["image"], boxes=json.dumps([shape]), weights="shapes")
