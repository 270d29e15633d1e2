"""The loop over batches under collab: each is a trial of a role with `restart: run`, and is measured as one.

The trial's parameter `batch` names a folder in the data `batches` (batches.py). For each of its images there is a row:

    index, image   from batch.json
    class, probability   the likeliest class, or that of the likeliest box; none if there is no box
    top            JSON, of classifiers: up to 5 of {"class", "probability"}
    boxes          JSON, of detectors: {"class", "probability", "box": [x0, y0, x1, y1]}, in pixels of the image
    error          why the image cannot be read; then there are none of the four above
    weights, processor, threads   with what it was made: "cpu" or "cuda:0", and torch's threads

Spans: `read` is the wait for decoded images, with `decode_ms`, which may have passed in the trial before (`ahead`);
`predict`, in the first trial with `load_ms`, the time of loading before it; `draw`, if pictures were asked for.
All rows of a batch are written at once, after it was predicted.
"""

import json

import collab

import draw
from batches import Batches

TOP = 5


def run(loaded):
    """Answers until there are no more trials. What the model raises ends the process, and so the trial."""
    batches = Batches(str(collab.data("batches")))
    more = {"load_ms": round(loaded.load_s * 1000, 3)}
    for trial in collab.trials():
        number = trial.parameters["batch"]
        with collab.span("read") as reading:
            batch, ahead = batches.take(number)
            reading.fields.update(
                images=len(batch.images), decode_ms=round(batch.decoded.seconds * 1000, 3), ahead=ahead
            )
        with batches.ahead_of(number):
            with collab.span("predict", images=len(batch.images), **more):
                results = loaded.predict(batch.decoded)
            more = {}
            if batch.pictures:
                with collab.span("draw"):
                    _draw(batch, results)
        for one, result in zip(batch.images, results):
            collab.record(**_row(one, result, loaded))


def _row(one, result, loaded):
    row = {"index": one["index"], "image": one["image"]}
    found = result.get("top", result.get("boxes", []))
    if found:
        best = max(found, key=lambda answer: answer["probability"])
        row.update({"class": best["class"], "probability": best["probability"]})
    if "top" in result:
        row["top"] = json.dumps(result["top"][:TOP])
    if "boxes" in result:
        row["boxes"] = json.dumps(result["boxes"])
    if "error" in result:
        row["error"] = result["error"]
    row.update(weights=loaded.model.weights, processor=loaded.device, threads=loaded.threads)
    return row


def _draw(batch, results):
    for at, picture in batch.decoded.pictures.items():
        draw.draw(picture, results[at]).save(str(collab.outputs / ("%d.png" % batch.images[at]["index"])))
