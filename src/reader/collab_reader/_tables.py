"""The tables of a run, with the columns that reports have."""
from array import array
from itertools import islice

from ._clock import epoch_ms
from ._columns import OF_ROLE, OF_TIME, OF_TRIAL, parameter_names, sampled_metrics, metrics, unique_names
from ._lines import is_process, is_row, is_sample, is_span, named, records
from ._table import Column, table_of

#: Records that are in memory as dicts at a time.
_BATCH = 20000


class Tables:
    """Reads the files of a run again for each table."""

    def __init__(self, record, instances):
        self._record, self._instances = record, instances
        self._names = parameter_names(key for trial in record['trials'] for key in trial['parameters'])

    def trials(self):
        leading = self._leading(of_role=False)
        ends = [Column('trial_state', 'text'), Column('started_s', 'number'), Column('started', 'time'),
                Column('ended', 'time'), Column('duration_s', 'number'), Column('failure', 'text')]
        run_ms = epoch_ms(self._record['started_at'])
        # A job of a fleet has the start of one clock and the end of another.
        has_one_clock = 'job' not in self._record or self._record['lan'] is None
        for trial in self._record['trials']:
            start_ms, end_ms = epoch_ms(trial.get('started_at')), epoch_ms(trial.get('ended_at'))
            failure = trial.get('failure')
            cells = [trial['state'], _seconds(run_ms, start_ms), start_ms, end_ms,
                     _seconds(start_ms, end_ms) if has_one_clock else None,
                     failure and '{role}-{rank} on {device}: {reason}'.format(**failure)]
            _repeat(leading, self._trial_values(trial), 1)
            _repeat(ends, cells, 1)
        return table_of(leading + ends)

    def roles(self):
        leading = self._leading()
        ends = [Column('trial_state', 'text'), Column('exit_code', 'integer'), Column('exit_signal', 'text'),
                Column('exit_reason', 'text')]
        keys = [one['name'] for one in metrics()['totals']]
        keys += [name for one in self._instances for name in (one.exit or {}).get('totals', {})]
        taken = [column.name for column in leading + ends] + ['parameters_read', 'samples', 'missed_samples', 'results']
        names = unique_names(keys, taken, 'total_')
        totals = {key: Column(name, 'number') for key, name in names.items()}
        for one in self._instances:
            exit = one.exit or {}
            _repeat(leading, self._values(one), 1)
            _repeat(ends, [one.trial['state'], exit.get('code'), exit.get('signal'), exit.get('reason')], 1)
            for key, column in totals.items():
                column.add(exit.get('totals', {}).get(key, {}).get('value'))
        return table_of(leading + ends + list(totals.values()))

    def samples(self):
        leading, times, found, rows = self._leading(of_parameters=False), _times(), {}, 0
        for one in self._instances:
            for batch in _batches(records(one.folder / 'samples.jsonl', is_sample)):
                _repeat(leading, self._values(one, of_parameters=False), len(batch))
                _add_times(times, one, [sample['monotonic_s'] for sample in batch])
                for key in {key for sample in batch for key in sample} - {'monotonic_s'}:
                    if key not in found:
                        found[key] = Column(key, 'number')
                        found[key].repeat(float('nan'), rows)
                for key, column in found.items():
                    column.extend([sample.get(key) for sample in batch])
                rows += len(batch)
        ordered = sampled_metrics(found)
        names = unique_names(ordered, [column.name for column in leading + times], 'sample_')
        for key in ordered:
            found[key].name = names[key]
        return table_of(leading + times + [found[key] for key in ordered])

    def processes(self):
        leading, times = self._leading(of_parameters=False), _times()
        own = [Column('pid', 'integer'), Column('parent', 'integer'), Column('command', 'text'),
               Column('cpu_percent', 'number'), Column('memory_resident_bytes', 'number')]
        for one in self._instances:
            for batch in _batches(records(one.folder / 'processes.jsonl', is_process)):
                _repeat(leading, self._values(one, of_parameters=False), len(batch))
                _add_times(times, one, [row['monotonic_s'] for row in batch])
                for column in own:
                    column.extend([row.get(column.name) for row in batch])
        return table_of(leading + times + own)

    def results(self):
        return self._recorded('results.jsonl', is_row, [], 'monotonic_s', 'result_')

    def spans(self):
        fixed = [('name', 'text', 'name')]
        return self._recorded('spans.jsonl', is_span, fixed, 'start_monotonic_s', 'span_')

    def _recorded(self, file, fits, before, clock_key, prefix):
        """Rows with keys that the user's code chose."""
        leading, times, found, rows = self._leading(), _times(), {}, 0
        fixed = [Column(name, type) for name, type, _ in before]
        durations = [Column('duration_ms', 'number')] if before else []
        merged = {column.name for column in leading}
        timed = True
        for one in self._instances:
            values = self._values(one)
            held = dict(zip((column.name for column in leading), values))
            for batch in _batches(records(one.folder / file, fits)):
                batch = [named(row) for row in batch]
                for row in batch:
                    for key in row:
                        if key not in found:
                            found[key] = Column(key)
                            found[key].repeat(None, rows)
                        if key in merged and not _is_same(row[key], held[key]):
                            merged.discard(key)
                    at = row.get(clock_key, 0.0)
                    if clock_key in row and (isinstance(at, bool) or not isinstance(at, (int, float))
                                             or at != at or one.clock is None):
                        timed = False
                _repeat(leading, values, len(batch))
                _add_times(times, one, [row.get(clock_key) for row in batch])
                for key, column in found.items():
                    column.extend([row.get(key) for row in batch])
                for column, (_, _, key) in zip(fixed, before):
                    column.extend([row.get(key) for row in batch])
                for column in durations:
                    column.extend([row['duration_ms'] for row in batch])
                rows += len(batch)
        shown = {'name', clock_key, 'duration_ms'} if before else {clock_key} if timed else set()
        keys = [key for key in found if key not in shown and key not in merged]
        head = leading + fixed + times + durations
        for key, name in unique_names(keys, [column.name for column in head], prefix).items():
            found[key].name = name
        return table_of(head + [found[key] for key in keys])

    def _leading(self, of_role=True, of_parameters=True):
        """Columns that say which trial and role a row is of. Samples are too many to repeat the parameters."""
        start = OF_TRIAL if of_parameters else OF_TRIAL[1:]
        columns = [Column(name, type) for name, type in start]
        if of_parameters:
            columns += [Column(name) for name in self._names.values()]
        return columns + ([Column(name, type) for name, type in OF_ROLE] if of_role else [])

    def _values(self, one, of_parameters=True):
        values = self._trial_values(one.trial)
        if not of_parameters:
            values = values[1:len(OF_TRIAL)]
        return values + [one.role, one.rank, one.device]

    def _trial_values(self, trial):
        return [self._record['experiment']['name'], self._record['run_id'], trial['number'], trial.get('attempt', 1),
                trial['repeat'], trial['warmup']] + [trial['parameters'].get(key) for key in self._names]


def _batches(rows):
    while True:
        batch = list(islice(rows, _BATCH))
        if not batch:
            return
        yield batch


def _repeat(columns, values, count):
    for column, value in zip(columns, values):
        if isinstance(column.values, array) and value is None:
            value = float('nan')
        column.repeat(value, count)


def _times():
    return [Column(name, type) for name, type in OF_TIME]


def _add_times(columns, one, monotonic):
    cells = [one.times(at) for at in monotonic]
    for at, column in enumerate(columns):
        column.extend([cell[at] for cell in cells])


def _seconds(from_ms, to_ms):
    return None if from_ms is None or to_ms is None else (to_ms - from_ms) / 1000


def _is_same(a, b):
    return a == b and isinstance(a, bool) == isinstance(b, bool)
