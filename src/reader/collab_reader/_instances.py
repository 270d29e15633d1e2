"""The role instances of a run: which file is whose, and their clocks."""
import json

from ._clock import Clock, epoch_ms


class Instance:
    """One role instance in one trial."""

    def __init__(self, folder, record, trial, placed):
        self.trial, self.role, self.rank, self.device = trial, placed['role'], placed['rank'], placed['device']
        attempt = trial.get('attempt', 1)
        name = str(trial['number']) if attempt == 1 else '{}.{}'.format(trial['number'], attempt)
        self.folder = folder / 'trials' / name / '{}-{}'.format(self.role, self.rank)
        self.exit = None
        self.clock = None
        if trial['state'] not in ('pending', 'skipped'):
            self.exit = _exit(self.folder / 'exit.json')
            self.clock = self._clock_of(record)

    def times(self, monotonic_s):
        return (None, None, None) if self.clock is None else self.clock.cells(monotonic_s)

    def _clock_of(self, record):
        started_ms = epoch_ms(record['started_at'])
        anchor = _anchor(self.folder / 'state.jsonl', self.exit)
        if anchor is None or started_ms is None:
            return None
        clocks = [one.get('clock') for one in record['devices'] if one['name'] == self.device]
        measured = clocks[0] if clocks else None
        # A local run has only one clock.
        if measured is None and record['runtime'] == 'process' and record['lan'] is None:
            measured = {'offset_ms': 0, 'error_ms': 0}
        return Clock(anchor, measured, started_ms)


def instances_of(folder, record):
    return [Instance(folder, record, trial, placed) for trial in record['trials']
            for placed in trial.get('placement', record['placement'])]


def _exit(path):
    try:
        read = json.loads(path.read_text(encoding='utf-8'))
    except (OSError, ValueError):
        return None
    return read if isinstance(read, dict) else None


def _anchor(path, exit):
    """One moment on both clocks of the device: (monotonic_s, realtime_s, error_ms)."""
    states = []
    try:
        for line in path.read_text(encoding='utf-8', errors='replace').splitlines():
            try:
                state = json.loads(line)
                states.append((state['state'], state['monotonic_s'], state['realtime_s'],
                               state.get('realtime_error_s', 0) * 1000))
            except (ValueError, KeyError, TypeError):
                pass  # a line that was cut
    except OSError:
        pass
    if states:
        return next((one for one in states if one[0] == 'started'), states[0])[1:]
    if exit is not None and 'started_monotonic_s' in exit:
        return exit['started_monotonic_s'], exit['started_realtime_s'], 0
    return None
