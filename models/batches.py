"""Batches of images as folders, `<number>/` with batch.json and the images; the next is decoded while one is predicted.

    {"pictures": false, "images": [{"index": 17, "image": "cats/1.png", "file": "17.png"}, ...]}

`index` is the image's number in its job, `image` its name there, `file` its name in the folder. A folder is renamed into
place whole. Of decoded images, memory holds no more than two batches.
"""

import contextlib
import json
import os
import threading

from decoded import Decoded

_LOOK_S = 0.02
"""Between two looks for the next folder, while a batch is predicted."""


class Batch(object):
    """One batch, with its images decoded. Raises OSError, ValueError or KeyError if its folder is none."""

    def __init__(self, folder):
        with open(os.path.join(folder, "batch.json"), encoding="utf-8") as file:
            content = json.load(file)
        self.pictures = content["pictures"]
        self.images = content["images"]
        self.decoded = Decoded([os.path.join(folder, one["file"]) for one in self.images])


class Batches(object):
    """The batches of a folder."""

    def __init__(self, folder):
        self._folder = folder
        self._next = None

    def take(self, number):
        """(the batch of that number, given as text, and whether it was decoded ahead)."""
        ahead, self._next = self._next, None
        if ahead is not None and ahead.number == number:
            batch = ahead.batch()
            if batch is not None:
                return batch, True
        return Batch(os.path.join(self._folder, number)), False

    @contextlib.contextmanager
    def ahead_of(self, number):
        """Within it, the batch after that number is decoded as soon as its folder is there."""
        self._next = _Ahead(self._folder, str(int(number) + 1)) if number.isdigit() else None
        try:
            yield
        finally:
            if self._next is not None:
                self._next.stop()


class _Ahead(object):
    """A thread that looks for one batch, and decodes it."""

    def __init__(self, folder, number):
        self.number = number
        self._path = os.path.join(folder, number)
        self._is_enough = threading.Event()
        self._batch = None
        self._thread = threading.Thread(target=self._run)
        self._thread.daemon = True  # a read that never ends must not keep the process
        self._thread.start()

    def stop(self):
        """Looks no further; what has begun goes on."""
        self._is_enough.set()

    def batch(self):
        """The batch once it is decoded, None if its folder was not there, or was none."""
        self._thread.join()
        return self._batch

    def _run(self):
        while not os.path.isfile(os.path.join(self._path, "batch.json")):
            if self._is_enough.wait(_LOOK_S):
                return
        try:
            self._batch = Batch(self._path)
        except Exception:  # raised again where the batch is taken, which reads it anew
            pass
