"""Samples on a timetable of their own: tick n is due at start + n * interval, however late the one before was."""
import time

from .unavailable import Unavailable, reason_of


class Sampler(object):
    """Reads all probes at each tick and writes one line. A tick that could not be kept is counted, not made up for."""

    def __init__(self, probes, tree, lines, state_log):
        self._probes = probes
        self._tree = tree
        self._lines = lines
        self._state_log = state_log
        self._said = set()
        self._interval_s = self._last_s = None
        self.missed = 0
        self.next_s = float('inf')

    def begin(self, start_s, interval_s):
        """Takes the first sample now."""
        self._interval_s = interval_s
        self.next_s = start_s
        self.tick()

    def tick(self):
        """Takes a sample if one is due, and fixes when the next one is."""
        now_s = time.monotonic()
        if now_s < self.next_s:
            return
        late = int((now_s - self.next_s) // self._interval_s)
        self.missed += late
        self.next_s += (late + 1) * self._interval_s
        self._sample()

    def end(self):
        """Takes the last sample, off the timetable."""
        if self.next_s != float('inf'):
            self._sample()
        self.next_s = float('inf')

    def _sample(self):
        processes = self._tree.scan()
        now_s = round(time.monotonic(), 6)
        row = {'monotonic_s': now_s}
        for probe in self._probes:
            try:
                row.update(probe.read(processes, now_s))
            except (Unavailable, OSError, ValueError, KeyError) as error:
                self._unavailable(probe.metrics, reason_of(error))
        try:
            self._lines.write(row)
        except OSError as error:
            self.next_s = float('inf')  # the command goes on without samples
            for probe in self._probes:
                self._unavailable(probe.metrics, 'samples can no longer be written: ' + reason_of(error))

    def _unavailable(self, metrics, reason):
        for metric in metrics:
            if metric not in self._said:
                self._said.add(metric)
                self._state_log.write('unavailable', metric=metric, reason=reason)
