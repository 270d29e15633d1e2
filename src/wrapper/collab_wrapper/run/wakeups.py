"""What wakes the wrapper before the next thing is due: signals, and sockets that it serves."""
import os
import select
import signal
import time


class Wakeups(object):
    """Sleeps until a time or a signal. `stop_requested` is true after SIGTERM or SIGINT.

    SIGHUP is ignored, so a lost controller or a cut cable does not stop a role.
    """

    def __init__(self):
        self.stop_requested = False
        self._watched = []
        self._reader, writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer)
        #: How many of its sleeps a signal ended.
        self.signals = 0
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def watch(self, watched):
        """Also wakes for an object's `descriptors()`, and calls its `serve(ready)`, which must not sleep."""
        self._watched.append(watched)

    def unwatch(self, watched):
        """Does not wake for it any more."""
        self._watched.remove(watched)

    def sleep_until(self, monotonic_s):
        """Returns at that time of CLOCK_MONOTONIC or at a signal, or earlier; returns whether it was a signal."""
        wait_s = None if monotonic_s == float('inf') else max(0.0, monotonic_s - time.monotonic())
        others = [(one, one.descriptors()) for one in self._watched]
        every = [self._reader] + [descriptor for _, descriptors in others for descriptor in descriptors]
        ready, _, _ = select.select(every, [], [], wait_s)
        if self._reader not in ready:
            for one, descriptors in others:
                its = [descriptor for descriptor in descriptors if descriptor in ready]
                if its:
                    one.serve(its)
            return False
        try:
            while os.read(self._reader, 512):
                pass
        except BlockingIOError:
            pass
        self.signals += 1
        return True

    def _stop(self, _signal, _frame):
        self.stop_requested = True
