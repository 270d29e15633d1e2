"""The program of inference: loads a model once, then answers batches of images.

    python3 serve.py --trials --loader torchvision_model.py:resnet50 --width 224 --height 224 [--weights FILE] [--classes FILE]

runs under collab, as a role with `restart: run`: each trial is a batch (trials.py). If the model cannot be loaded, it ends
with code 1, and its last line on standard error says why and what to do.

    python3 serve.py --bare --loader ... --images FOLDER --batch-size 8 --count 100

runs the same code without collab, over the files of a folder, again and again: for --count images, or for --seconds. It
prints one line of JSON; all that a library prints goes to standard error.

While one batch is predicted, the images of the next are decoded.
"""

import argparse
import json
import os
import sys
import traceback

import bare
import worker


def main():
    options = _options()
    say = _only_voice() if options.bare else None
    try:
        loaded = worker.Worker(options)
    except Exception as error:  # a loader is anybody's code
        sys.exit("serve: %s" % _reason(error))
    try:
        if options.bare:
            say(bare.run(loaded, options))
        else:
            import trials  # needs collab, which a bare run does without

            print("loaded %s in %.1f s, on %s with %d threads" % _about(loaded), flush=True)
            trials.run(loaded)
    except Exception as error:  # of any library
        traceback.print_exc()
        sys.exit("serve: the batch failed: %s" % _reason(error))


def _about(loaded):
    return loaded.model.weights, loaded.load_s, loaded.device, loaded.threads


def _reason(error):
    """On one line, as the last one is what people read."""
    return " ".join(str(error).split()) or type(error).__name__


def _only_voice():
    """A function that prints a line of JSON to standard output; what others print goes to standard error from now on."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(line):
        answers.write(json.dumps(line) + "\n")
        answers.flush()

    return say


def _options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--trials", action="store_true", help="answer batches, under collab")
    kind.add_argument("--bare", action="store_true", help="measure this device, without collab")
    parser.add_argument("--loader", required=True, help="file beside this one, and function: torchvision_model.py:resnet50")
    parser.add_argument("--weights", help="file of weights")
    parser.add_argument("--classes", help="file with a JSON list of names")
    parser.add_argument("--width", type=int, required=True, help="of the network's input, in pixels")
    parser.add_argument("--height", type=int, required=True)
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
