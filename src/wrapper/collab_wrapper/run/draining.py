"""Keeps the role's network until what it sent has arrived.

In a container the network ends with the wrapper, and what the kernel has not yet delivered by then is lost, even though
the program wrote and closed its sockets without an error.
"""
import time

from ..linux import UnsentSockets, own_socket_inodes

#: Without progress for this long, the peer does not read, or cannot be reached.
_STALLED_S = 10.0
#: After a request to stop, as of a service whose clients have ended: their networks may be gone.
_STALLED_STOPPING_S = 2.0
#: Where only the end of a connection is missing, the peer has everything, and may be gone already.
_END_STALLED_S = 2.0
_LONGEST_S = 60.0
_FIRST_STEP_S, _LONGEST_STEP_S = 0.005, 0.1


class Draining(object):
    """Waits until the sockets of this network namespace owe nothing, as long as there is progress.

    `read()` gives the UnsentSockets; `sleep_until(monotonic_s)` waits; `limit_s()` is when the wait must end at the
    latest, whatever the progress; `stopping()` says whether the role was asked to stop; `patience_s` is how long it waits
    without progress, if not as usual. After `wait()`, `seconds` is how long it took, and `sockets` what is left.
    """

    def __init__(self, sleep_until, limit_s, read=None, now=time.monotonic, stopping=lambda: False, patience_s=None):
        self._sleep_until = sleep_until
        self._limit_s = limit_s
        self._read = read or (lambda: UnsentSockets(own_socket_inodes()))
        self._now = now
        self._stopping = stopping
        self._patience_s = patience_s
        self.seconds = 0.0
        self.sockets = None

    def wait(self):
        """Returns once everything has arrived, or a limit is reached; raises OSError."""
        began_s = moved_s = now_s = self._now()
        step_s = _FIRST_STEP_S
        least = float('inf')
        while True:
            self.sockets = self._read()
            left = self.sockets.left
            if left == 0:
                break
            if left < least:
                least, moved_s = left, now_s
            end_s = min(moved_s + self._patience(), began_s + _LONGEST_S, self._limit_s())
            if now_s >= end_s:
                break
            self._sleep_until(min(now_s + step_s, end_s))
            step_s = min(step_s * 1.5, _LONGEST_STEP_S)
            now_s = self._now()
        self.seconds = self._now() - began_s

    def _patience(self):
        if self._patience_s is not None:
            return self._patience_s
        if self.sockets.of_role + self.sockets.of_wrapper == 0:
            return _END_STALLED_S
        return _STALLED_STOPPING_S if self._stopping() else _STALLED_S
