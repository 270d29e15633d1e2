"""Samples on a fixed timetable: tick n is due at start + n * interval, however late the previous one was."""
import time

from ..linux import Unavailable, reason_of

_NEVER = float('inf')
_CPU_SHARE = 0.001
_WALL_SHARE = 0.05


class _Slot(object):
    """A probe and when it is due. A probe has `metrics`, `every_s` (0: every tick) and read(row, now_s)."""

    __slots__ = ('probe', 'due_s')

    def __init__(self, probe):
        self.probe = probe
        self.due_s = 0.0


class Sampler(object):
    """Reads all probes at each tick and writes one line.

    A missed tick is counted and reported in the next line; it is not made up for. A slow reading is spaced so that it
    takes at most a thousandth of a processor and a twentieth of the time.
    """

    def __init__(self, probes, tree, lines, process_rows, state_log):
        self._slots = [_Slot(probe) for probe in probes]
        self._tree = tree
        self._lines = lines
        self._process_rows = process_rows
        self._state_log = state_log
        self._reported = set()
        self._row = {}
        self._interval_s = None
        self._missed_before = 0
        self.missed = 0
        self.next_s = _NEVER

    def announce(self, refused, absent):
        """Writes to state.jsonl which metrics the samples lack ({metric: reason}) and which are estimates."""
        for metric, reason in refused.items():
            self._unavailable([metric], reason)
        for metric, reason in absent.items():
            self._reported.add(metric)
            self._state_log.write('absent', metric=metric, reason=reason)
        for slot in self._slots:
            for metric, reason in getattr(slot.probe, 'missing', list)():
                self._reported.add(metric)
                self._state_log.write('absent', metric=metric, reason=reason)
            for metric, how in getattr(slot.probe, 'estimated', list)():
                self._state_log.write('estimated', metric=metric, reason=how)

    def begin(self, start_s, interval_s, running):
        """Takes the first sample now, without readings that disturb a role that is `running` already."""
        self._interval_s = interval_s
        for slot in self._slots if running else ():
            if getattr(slot.probe, 'disturbs', False):
                slot.due_s = start_s + slot.probe.every_s
        self.next_s = start_s
        self.tick()

    def tick(self):
        """Takes a sample if one is due, and sets `next_s`, when the next one is."""
        now_s = time.monotonic()
        if now_s < self.next_s:
            return
        late = int((now_s - self.next_s) // self._interval_s)
        self.missed += late
        self.next_s += (late + 1) * self._interval_s
        self.take(False)

    def end(self):
        """Takes the last sample, off the timetable, including the slow readings."""
        if self.next_s != _NEVER:
            self.take(True)
        self.next_s = _NEVER

    def take(self, everything):
        """Takes a sample now. `everything` includes the slow readings even if they are not due."""
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
            self._lines.write_text(_line(now_s, row))
            if self._process_rows is not None:
                self._process_rows.write(now_s)
        except OSError as error:
            self.next_s = _NEVER  # the command continues without samples
            for slot in self._slots:
                reason = 'samples can no longer be written: ' + reason_of(error)
                self._unavailable(slot.probe.metrics, reason)

    def _unavailable(self, metrics, reason):
        for metric in metrics:
            if metric not in self._reported:
                self._reported.add(metric)
                self._state_log.write('unavailable', metric=metric, reason=reason)


def _line(monotonic_s, row):
    """One line of JSON. The values are finite numbers, so json.dumps, which is slower, is not needed."""
    parts = ['{{"monotonic_s":{:.6f}'.format(monotonic_s)]
    for name, value in row.items():
        parts.append(',"{}":{!r}'.format(name, value))
    parts.append('}\n')
    return ''.join(parts)
