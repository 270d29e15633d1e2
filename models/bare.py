"""The loop of a worker without requests: what this device can do at best, to compare a service with."""

import os
import time

import ahead
import worker


def run(loaded, options):
    """Predicts files of a folder, in the order of their names and again, in batches; returns counts and times.

    Ends after `count` images, or once `seconds` have passed, whichever is given and first.
    """
    paths = sorted(os.path.join(options.images, name) for name in os.listdir(options.images))
    paths = [path for path in paths if os.path.isfile(path)]
    if not paths:
        raise SystemExit("serve: there are no files in %s" % options.images)
    started_s = time.monotonic()
    done, failed, predict_s = 0, 0, 0.0
    for request in ahead.ahead(worker.Request(None, batch) for batch in _batches(paths, options)):
        answer = loaded.answer(request)
        done += len(answer["results"])
        failed += sum("error" in one for one in answer["results"])
        predict_s += answer["seconds"]["predict"]
        if options.seconds is not None and time.monotonic() - started_s >= options.seconds:
            break
    seconds = time.monotonic() - started_s
    return dict(
        {"images": done, "failed": failed, "seconds": round(seconds, 3), "images_per_s": round(done / seconds, 3)},
        predict_seconds=round(predict_s, 3),
        batch_size=options.batch_size,
        weights=loaded.model.weights,
        input=loaded.input,
        device=loaded.device,
        threads=loaded.threads,
    )


def _batches(paths, options):
    at = 0
    while options.count is None or at < options.count:
        size = options.batch_size if options.count is None else min(options.batch_size, options.count - at)
        yield [paths[(at + more) % len(paths)] for more in range(size)]
        at += size
