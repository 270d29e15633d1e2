"""What an experiment's code can ask and record while `collab` runs it. Standard library only, Python 3.6 and later.

    import collab

    split = collab.parameter('split', 4)
    address = collab.peer('server').address('grpc')
    with collab.span('head') as head:
        ...
    collab.record(frame=1, head_ms=head.duration_ms)

Everything also works without the wrapper, for example on a laptop: parameters and ports have their defaults, peers are
on 127.0.0.1, and recorded rows are printed.
"""
import sys
import types

from . import _environment
from ._barriers import BarrierError, barrier
from ._data import data
from ._errors import CollabError, UnknownName
from ._parameters import Parameters
from ._peers import Peer, peer, peers, port
from ._rows import record
from ._spans import span

__all__ = [
    'BarrierError', 'CollabError', 'Peer', 'UnknownName', 'barrier', 'count', 'data', 'outputs', 'parameter',
    'parameters', 'peer', 'peers', 'port', 'rank', 'ready', 'record', 'role', 'span',
]

#: The name of this role; None without the wrapper.
role = _environment.text('COLLAB_ROLE')
#: Which of the role's `count` instances this is, from 0.
rank = int(_environment.text('COLLAB_RANK', '0'))
#: How many instances the role has.
count = int(_environment.text('COLLAB_COUNT', '1'))
#: The trial's parameters by name.
parameters = Parameters(_environment.json_value('COLLAB_PARAMETERS', {}))

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
    path = _environment.text('COLLAB_READY')
    if path is not None:
        with open(path, 'a'):
            pass


class _Module(types.ModuleType):
    @property
    def outputs(self):
        """The folder for files to keep, as a pathlib.Path. Without the wrapper: ./outputs, created on first use."""
        import pathlib  # slow to load, and few scripts keep files
        folder = pathlib.Path(_environment.text('COLLAB_OUTPUTS', 'outputs')).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        return folder


sys.modules[__name__].__class__ = _Module
