"""What an experiment's code may know and say while `collab` runs it. Standard library only, Python 3.6 and later.

    import collab

    split = collab.parameter('split', 4)
    address = collab.peer('server').address('grpc')
    with collab.span('head') as head:
        ...
    collab.record(frame=1, head_ms=head.duration_ms)

Without the wrapper, for example on a laptop, everything keeps working: parameters and ports take their defaults, peers
are on 127.0.0.1, and a recorded row is printed.
"""
import sys
import types

from . import _told
from ._barriers import BarrierError, barrier
from ._data import data
from ._errors import CollabError, UnknownName
from ._peers import Peer, peer, peers, port
from ._ready import ready
from ._rows import record
from ._spans import span

__all__ = [
    'BarrierError', 'CollabError', 'Peer', 'UnknownName', 'barrier', 'count', 'data', 'outputs', 'parameter',
    'parameters', 'peer', 'peers', 'port',
    'rank', 'ready', 'record', 'role', 'span',
]

#: Name of this role; None without the wrapper.
role = _told.text('COLLAB_ROLE')
#: Which of the role's `count` instances this is, from 0.
rank = int(_told.text('COLLAB_RANK', '0'))
#: How many instances the role has.
count = int(_told.text('COLLAB_COUNT', '1'))
#: The trial's parameters by name.
parameters = _told.json_value('COLLAB_PARAMETERS', {})

_required = object()


def parameter(name, default=_required):
    """Value of the trial's parameter, or `default`; raises UnknownName if there is neither."""
    if name in parameters:
        return parameters[name]
    if default is _required:
        advice = 'Add it to `parameters` in experiment.yaml, or give a default.'
        raise UnknownName('parameter', name, parameters, advice)
    return default


class _Module(types.ModuleType):
    @property
    def outputs(self):
        """Folder for files to keep, as a pathlib.Path. Without the wrapper it is ./outputs, made when asked for."""
        import pathlib  # slow to load, and few scripts keep files
        folder = pathlib.Path(_told.text('COLLAB_OUTPUTS', 'outputs')).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        return folder


sys.modules[__name__].__class__ = _Module
