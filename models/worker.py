"""One loaded model, and its answers to requests; serve.py has their form."""

import importlib.util
import json
import os
import sys
import time
import traceback

import images


class Request(object):
    """A request whose images are decoded: for each path, an image, or why there is none."""

    def __init__(self, id, paths):
        started_s = time.monotonic()
        self.id = id
        self.paths = paths
        self.error = None
        self.pictures = []
        self.errors = {}
        for at, path in enumerate(paths):
            try:
                self.pictures.append((at, images.open_image(path)))
            except images.NotAnImage as error:
                self.errors[at] = str(error)
        self.read_s = time.monotonic() - started_s


class NoRequest(object):
    """A line that is no request."""

    def __init__(self, error):
        self.error = error


def read_request(line):
    """The request of a line, with its images decoded, or a NoRequest."""
    try:
        asked = json.loads(line)
        id, paths = asked["id"], asked["images"]
    except (ValueError, TypeError, KeyError):
        return NoRequest("not a request, which is a line like {\"id\": \"b7\", \"images\": [\"/path/1.jpg\"]}")
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        return NoRequest("not a request: images is no list of paths")
    return Request(id, paths)


class Worker(object):
    """A model that is loaded and has run once, so that the first request is as quick as the others."""

    def __init__(self, options):
        started_s = time.monotonic()
        load = _loader(options.loader)
        self.device, self.threads = _machine()
        size = {"width": options.width, "height": options.height}
        self.model = load(options.weights, options.classes, size, self.device)
        self.model.predict([images.black(options.width, options.height)])
        self.input = getattr(self.model, "input", size)
        self.load_s = time.monotonic() - started_s

    def ready(self):
        """The line that says so."""
        return dict(
            {"ready": True, "weights": self.model.weights, "classes": list(self.model.classes)},
            input=self.input,
            load_seconds=round(self.load_s, 3),
            device=self.device,
            threads=self.threads,
        )

    def answer(self, request):
        """The answer to a request: a result for each of its images, in their order."""
        if request.error is not None:
            return {"id": None, "error": request.error}
        started_s = time.monotonic()
        errors, found = dict(request.errors), {}
        if request.pictures:
            try:
                answers = self.model.predict([picture for _, picture in request.pictures])
                json.dumps(answers, allow_nan=False)  # here, an answer that cannot be written costs its batch only
                if len(answers) != len(request.pictures):
                    raise RuntimeError("%d images, but %d answers" % (len(request.pictures), len(answers)))
                found = {at: one for (at, _), one in zip(request.pictures, answers)}
            except Exception as error:  # of any library; the next batch may be smaller, or have other images
                traceback.print_exc()
                reason = "predicting its batch failed: %s" % (str(error) or type(error).__name__)
                errors.update((at, reason) for at, _ in request.pictures)
        results = [
            dict({"image": path}, **({"error": errors[at]} if at in errors else found[at]))
            for at, path in enumerate(request.paths)
        ]
        seconds = {"read": round(request.read_s, 6), "predict": round(time.monotonic() - started_s, 6)}
        return {"id": request.id, "results": results, "seconds": seconds}


def _machine():
    """("cuda:0" or "cpu", threads that torch uses). A model that needs no torch gets this too."""
    cores = len(os.sched_getaffinity(0))
    try:
        import torch
    except ImportError:
        return "cpu", cores
    if "OMP_NUM_THREADS" not in os.environ:  # collab sets it to the cores that the task has
        torch.set_num_threads(cores)
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
