"""The tables of a run's folder, for notebooks: `collab.open_run(folder)`. Standard library, Python 3.8 and later.

Tables are pandas DataFrames where pandas is installed, and lists of dicts elsewhere. Columns have the names of the reports
that `collab report` writes.
"""
from ._errors import RunError
from ._run import Run, open_run

__all__ = ['Run', 'RunError', 'open_run']
