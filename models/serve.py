"""The warm worker of inference: loads a model once, then answers requests until its input ends.

    python3 serve.py --loader torchvision_model.py:resnet50 --weights FILE --classes FILE --width 224 --height 224

Requests are lines of JSON on standard input, answers on standard output, in the order of the requests:

    at the start   {"ready": true, "weights", "classes", "input", "load_seconds", "device", "threads"}
                   or {"ready": false, "error"}, and exit code 1
    request        {"id": "b7", "images": ["/path/1.jpg", ...]}
    answer         {"id": "b7", "results": [{"image": "/path/1.jpg", "top": [...]}, ...], "seconds": {"read", "predict"}}
                   in which a file that cannot be read, or a batch that failed, has "error" in its results
    no request     {"id": null, "error"}

While one request is predicted, the images of the next are decoded. So `read` and `predict` of two requests overlap, for
a caller that sends the next before it has the answer. All that a library prints goes to standard error.

    python3 serve.py --loader ... --bare --images FOLDER --batch-size 8 --count 100

runs the same code without requests, over the files of a folder, again and again: for --count images, or for --seconds.
"""

import argparse
import json
import os
import sys

import ahead
import bare
import worker


def main():
    options = _options()
    requests, answers = _own_streams()

    def say(line):
        answers.write(json.dumps(line) + "\n")
        answers.flush()

    try:
        loaded = worker.Worker(options)
    except Exception as error:  # a loader is anybody's code
        reason = str(error) or type(error).__name__
        if not options.bare:
            say({"ready": False, "error": reason})
        sys.exit("serve: %s" % reason)
    try:
        if options.bare:
            say(bare.run(loaded, options))
        else:
            say(loaded.ready())
            for request in ahead.ahead(map(worker.read_request, requests)):
                say(loaded.answer(request))
    except BrokenPipeError:  # nobody listens any more
        os._exit(0)


def _own_streams():
    """Standard input and output for this protocol alone: others that read get nothing, others that print, standard error."""
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8", errors="replace")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return requests, answers


def _options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--loader", required=True, help="file beside this one, and function: torchvision_model.py:resnet50")
    parser.add_argument("--weights", help="file of weights")
    parser.add_argument("--classes", help="file with a JSON list of names")
    parser.add_argument("--width", type=int, required=True, help="of the network's input, in pixels")
    parser.add_argument("--height", type=int, required=True)
    parser.add_argument("--bare", action="store_true", help="measure this device, without requests")
    parser.add_argument("--images", help="folder, for --bare")
    parser.add_argument("--batch-size", type=int, default=8, help="for --bare")
    parser.add_argument("--count", type=int, help="images, for --bare")
    parser.add_argument("--seconds", type=float, help="for --bare")
    options = parser.parse_args()
    if options.width < 1 or options.height < 1:
        parser.error("--width and --height are at least 1")
    if options.bare and (options.images is None or (options.count is None and options.seconds is None)):
        parser.error("--bare needs --images, and --count or --seconds")
    if options.bare and options.batch_size < 1:
        parser.error("--batch-size is at least 1")
    return options


if __name__ == "__main__":
    main()
