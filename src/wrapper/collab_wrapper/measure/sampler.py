"""Samples on a timetable of their own: tick n is due at start + n * interval, however late the one before was."""
import time

from ..linux import Unavailable, reason_of
from .text import flat_line

_NEVER = float('inf')
_CPU_SHARE = 0.001
_WALL_SHARE = 0.05


class _Slot(object):
    """A probe and when it is due. A probe has `metrics`, `every_s` (0: each tick) and read(row, now_s)."""

    __slots__ = ('probe', 'due_s')

    def __init__(self, probe):
        self.probe = probe
        self.due_s = 0.0


class Sampler(object):
    """Reads all probes at each tick and writes one line. A tick that could not be kept is counted and said in the next
    line, not made up for. A slow reading is spaced so that it takes a thousandth of a processor and
    a twentieth of the time at most."""

    def __init__(self, probes, tree, lines, process_rows, state_log):
        self._slots = [_Slot(probe) for probe in probes]
        self._tree = tree
        self._lines = lines
        self._process_rows = process_rows
        self._state_log = state_log
        self._said = set()
        self._row = {}
        self._interval_s = None
        self._missed_before = 0
        self.missed = 0
        self.next_s = _NEVER

    def announce(self, refused, absent):
        """Says in state.jsonl what will not be there (metric to reason), and what is no exact reading."""
        for metric, reason in refused.items():
            self._unavailable([metric], reason)
        for metric, reason in absent.items():
            self._said.add(metric)
            self._state_log.write('absent', metric=metric, reason=reason)
        for slot in self._slots:
            for metric, reason in getattr(slot.probe, 'missing', list)():
                self._said.add(metric)
                self._state_log.write('absent', metric=metric, reason=reason)
            for metric, how in getattr(slot.probe, 'estimated', list)():
                self._state_log.write('estimated', metric=metric, reason=how)

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
        self.take(False)

    def end(self):
        """Takes the last sample, off the timetable, with the slow readings."""
        if self.next_s != _NEVER:
            self.take(True)
        self.next_s = _NEVER

    def take(self, everything):
        """Takes a sample now; with `everything` the slow readings too, whether they are due or not."""
        self._tree.scan()
        now_s = time.monotonic()
        soon_s = now_s + self._interval_s / 2
        row = self._row
        row.clear()
        for slot in self._slots:
            probe = slot.probe
            if not everything and probe.every_s and slot.due_s > soon_s:
                continue
            began_s = (time.monotonic(), time.process_time()) if probe.every_s else None
            try:
                probe.read(row, now_s)
            except (Unavailable, OSError, ValueError, KeyError, IndexError) as error:
                self._unavailable(probe.metrics, reason_of(error))
            if probe.every_s:
                took_s, cpu_s = time.monotonic() - began_s[0], time.process_time() - began_s[1]
                slot.due_s = now_s + max(probe.every_s, took_s / _WALL_SHARE, cpu_s / _CPU_SHARE)
        if self.missed > self._missed_before:
            row['missed_samples'] = self.missed - self._missed_before
            self._missed_before = self.missed
        try:
            self._lines.write_text(flat_line(now_s, row))
            if self._process_rows is not None:
                self._process_rows.write(now_s)
        except OSError as error:
            self.next_s = _NEVER  # the command goes on without samples
            for slot in self._slots:
                reason = 'samples can no longer be written: ' + reason_of(error)
                self._unavailable(slot.probe.metrics, reason)

    def _unavailable(self, metrics, reason):
        for metric in metrics:
            if metric not in self._said:
                self._said.add(metric)
                self._state_log.write('unavailable', metric=metric, reason=reason)
