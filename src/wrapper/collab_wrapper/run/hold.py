"""A wrapper that is up, and waits for its turn before anything of its role begins.

Whoever started it holds the pipe `hold` open until then. Its end wakes the wrapper: if the file `go` is there, the role begins;
otherwise whoever held it is gone, or wants nothing of it any more. The file is written before the pipe ends, so no word is lost,
whichever of the two comes first here.
"""
import os

_NEVER = float('inf')


def wait_for_go(role, wakeups):
    """Returns whether the role may begin. Until then it sleeps: it does not even wake to look."""
    pipe = _HeldPipe(role.path('hold'))
    wakeups.watch(pipe)
    while not pipe.ended and not wakeups.stop_requested:
        wakeups.sleep_until(_NEVER)
    wakeups.unwatch(pipe)
    pipe.close()
    may_begin = not wakeups.stop_requested and _remove(role.path('go'))
    _remove(role.path('hold'))
    return may_begin


class _HeldPipe(object):
    """`ended` is whether nobody holds it open for writing."""

    def __init__(self, path):
        self._descriptor = -1
        self.ended = True
        try:
            self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return  # its folder is gone
        self.serve([self._descriptor])

    def descriptors(self):
        """What wakes the wrapper."""
        return [] if self.ended else [self._descriptor]

    def serve(self, _ready):
        """Looks whether it has ended: a pipe without a writer reads as empty, one with a writer not at all."""
        try:
            self.ended = os.read(self._descriptor, 1) == b''
        except BlockingIOError:
            self.ended = False

    def close(self):
        """Closes it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)


def _remove(path):
    """Returns whether it was there."""
    try:
        os.unlink(path)
        return True
    except OSError:
        return False
