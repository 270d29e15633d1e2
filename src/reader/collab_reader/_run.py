"""A run's folder."""
import json
from functools import cached_property
from pathlib import Path

from ._errors import RunError
from ._instances import instances_of
from ._table import Column, table_of
from ._tables import Tables


def open_run(folder):
    """Opens a run's folder, Logs/<experiment>/<run id>; raises RunError if it is none. Tables are read when asked for."""
    return Run(folder)


class Run:
    """One run. `record` is run.json; all else are tables: DataFrames, or lists of dicts without pandas.

    Rows of warm-ups and of trials that failed are there too: see the columns `warmup` and `trial_state`.
    """

    def __init__(self, folder):
        self.folder = Path(folder).absolute()
        path = self.folder / 'run.json'
        try:
            #: What was run, where, and with what: run.json, as docs/records.md describes it.
            self.record = json.loads(path.read_text(encoding='utf-8'))
        except FileNotFoundError:
            raise RunError('{} is no run: there is no run.json in it. Give the folder that `collab show` names, '
                           'Logs/<experiment>/<run id>.'.format(self.folder)) from None
        except ValueError as error:
            raise RunError('{} cannot be read: {}. `collab show {}` repairs it from the journal.'.format(
                path, error, self.folder.name)) from None
        self._tables = Tables(self.record, instances_of(self.folder, self.record))

    def __repr__(self):
        return '<run {} of {}: {}, {} trials>'.format(
            self.record['run_id'], self.record['experiment']['name'], self.record['state'], len(self.record['trials']))

    @cached_property
    def trials(self):
        """A row per trial: parameters, state and times."""
        return self._tables.trials()

    @cached_property
    def roles(self):
        """A row per trial and role instance: how it ended, and its totals. A total that is unavailable is missing."""
        return self._tables.roles()

    @cached_property
    def results(self):
        """The rows that the code recorded."""
        return self._tables.results()

    @cached_property
    def spans(self):
        """The spans that the code recorded."""
        return self._tables.spans()

    @cached_property
    def samples(self):
        """The samples of CPU, memory, network and so on."""
        return self._tables.samples()

    @cached_property
    def processes(self):
        """A row per process and reading."""
        return self._tables.processes()

    @cached_property
    def summary(self):
        """The table `summary` of a report: every metric per combination, with intervals."""
        return self._of_report('summary')

    @cached_property
    def validity(self):
        """The table `validity` of a report: the verdict and its findings."""
        return self._of_report('validity')

    def _of_report(self, name):
        path = self.folder / 'reports' / (name + '.jsonl')
        advice = 'Write it: collab report {} --format jsonl --tables summary,validity'.format(self.folder.name)
        if not path.exists():
            raise RunError('collab computes the table {}, and {} is not there. {}'.format(name, path, advice))
        if path.stat().st_mtime < (self.folder / 'run.json').stat().st_mtime:
            raise RunError('{} is older than run.json. {}'.format(path, advice))
        rows = [json.loads(line) for line in path.read_text(encoding='utf-8').splitlines()]
        columns = {}
        for row in rows:
            for key in row:
                columns.setdefault(key, Column(key))
        for key, column in columns.items():
            column.extend([row.get(key) for row in rows])
        return table_of(list(columns.values()))
