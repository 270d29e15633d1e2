"""Images of one batch, read and decoded."""

import time

import images


class Decoded(object):
    """For each path, by its place in the batch, an image in `pictures` or the reason why there is none in `errors`."""

    def __init__(self, paths):
        started_s = time.monotonic()
        self.count = len(paths)
        self.pictures = {}
        self.errors = {}
        for at, path in enumerate(paths):
            try:
                self.pictures[at] = images.open_image(path)
            except images.NotAnImage as error:
                self.errors[at] = str(error)
        self.seconds = time.monotonic() - started_s
