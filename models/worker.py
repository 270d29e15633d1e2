"""One loaded model, and its answers to batches of images."""

import importlib.util
import json
import os
import sys
import time

import cores
import images


class Worker(object):
    """A model that is loaded and has run once, so that the first batch is as quick as the others."""

    def __init__(self, options):
        started_s = time.monotonic()
        load = _loader(options.loader)
        self.device, self.threads = machine()
        size = {"width": options.width, "height": options.height}
        self.model = load(options.weights, options.classes, size, self.device)
        self.model.predict([images.black(options.width, options.height)])
        self.input = getattr(self.model, "input", size)
        self.load_s = time.monotonic() - started_s

    def predict(self, decoded):
        """For each place of a batch, {"top"} or {"boxes"}, or {"error"} for an image that cannot be read.

        What the model raises is raised here, and RuntimeError for an answer that is none.
        """
        results = {at: {"error": reason} for at, reason in decoded.errors.items()}
        places = sorted(decoded.pictures)
        if places:
            answers = self.model.predict([decoded.pictures[at] for at in places])
            if len(answers) != len(places):
                raise RuntimeError("the model gave %d answers for %d images" % (len(answers), len(places)))
            for at, answer in zip(places, answers):
                if not isinstance(answer, dict) or ("top" in answer) == ("boxes" in answer):
                    raise RuntimeError("the model's answer has neither top nor boxes, or both: %s" % str(answer)[:200])
                try:
                    json.dumps(answer, allow_nan=False)
                except ValueError:
                    raise RuntimeError("the model's answer has a number that is none: %s" % str(answer)[:200])
                results[at] = answer
        return [results[at] for at in range(decoded.count)]


def machine():
    """("cuda:0" or "cpu", threads that torch uses). A model that needs no torch gets this too."""
    count = cores.usable()
    try:
        import torch
    except ImportError:
        return "cpu", count
    if not os.environ.get("OMP_NUM_THREADS"):  # collab sets it to the cores that the task has
        torch.set_num_threads(count)
    return "cuda:0" if torch.cuda.is_available() else "cpu", torch.get_num_threads()


def _loader(named):
    """The function that "file.py:function" names; the file lies beside this one."""
    file, colon, function = named.partition(":")
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), file)
    if not colon or os.path.basename(file) != file or not os.path.isfile(path):
        raise RuntimeError("no loader %s: it is file.py:function, of a file beside serve.py" % named)
    name = os.path.splitext(file)[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    if not callable(getattr(module, function, None)):
        raise RuntimeError("no loader %s: %s has no function %s" % (named, file, function))
    return getattr(module, function)
