"""What an experiment's code can ask and record while `collab` runs it. Standard library only, Python 3.6 and later.

    import collab

    split = collab.parameter('split', 4)
    address = collab.peer('server').address('grpc')
    with collab.span('head') as head:
        ...
    collab.record(frame=1, head_ms=head.duration_ms)

A role with `restart: run` loops over its trials: `for trial in collab.trials():`, with trial.parameters and so on.
Everything also works without the wrapper, for example on a laptop: parameters and ports have their defaults, peers are
on 127.0.0.1, and recorded rows are printed.

Where collab is installed, `open_run(folder)` reads the tables of a run, for notebooks.
"""
import os
import sys
import types

from . import _environment, _place, store
from ._barriers import BarrierError, barrier
from ._data import data
from ._errors import CollabError, UnknownName
from ._peers import Peer, peer, peers, port
from ._rows import record
from ._spans import span
from ._trial import Trial, trials

__all__ = [
    'BarrierError', 'CollabError', 'Peer', 'Trial', 'UnknownName', 'barrier', 'count', 'data', 'open_run', 'outputs',
    'parameter', 'parameters', 'peer', 'peers', 'port', 'rank', 'ready', 'record', 'role', 'span', 'store', 'trials',
]

#: The name of this role; None without the wrapper.
role = _environment.text('COLLAB_ROLE')
#: Which of the role's `count` instances this is, from 0.
rank = int(_environment.text('COLLAB_RANK', '0'))
#: How many instances the role has.
count = int(_environment.text('COLLAB_COUNT', '1'))
#: The trial's parameters by name. In a role that stays for the run: those of the trial that runs, whichever it is.
parameters = _place.now().parameters

_required = object()


def parameter(name, default=_required):
    """The value of a parameter of the trial, or `default`; raises UnknownName if there is neither."""
    if name in parameters:
        return parameters[name]
    if default is _required:
        advice = 'Add it to `parameters` in experiment.yaml, or give a default.'
        raise UnknownName('parameter', name, parameters, advice)
    return default


def ready():
    """Reports that this role is ready, so roles that wait for it can start (`ready: { helper: true }`).

    It does nothing without the wrapper.
    """
    path = _place.now().ready
    if path is not None:
        with open(path, 'a'):
            pass


def open_run(folder):
    """Opens a run's folder (Logs/<experiment>/<run id>) as tables: DataFrames where pandas is installed, else lists of dicts.

    The reader is in collab's package and needs Python 3.8; devices do not have it.
    """
    package = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..', 'reader'))
    if not os.path.isdir(package):
        raise CollabError('The reader of runs is not on this device. Use it where collab is installed.')
    if package not in sys.path:
        sys.path.append(package)
    from importlib import import_module
    return import_module('collab_reader').open_run(folder)


class _Module(types.ModuleType):
    @property
    def outputs(self):
        """The folder for files to keep, as a pathlib.Path. Without the wrapper: ./outputs, created on first use."""
        import pathlib  # slow to load, and few scripts keep files
        folder = pathlib.Path(_place.now().outputs or 'outputs').absolute()
        folder.mkdir(parents=True, exist_ok=True)
        return folder


sys.modules[__name__].__class__ = _Module
