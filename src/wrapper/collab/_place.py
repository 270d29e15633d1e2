"""What the code is told of its trial, and where it writes: the same for the whole process, unless it stays for a run."""
from . import _environment
from ._lines import Lines
from ._parameters import Parameters


class Place(object):
    """One trial, or the time between two trials of a role that stays for the run.

    `rows` and `spans` are Lines, None without the wrapper; `ready` and `outputs` are paths, None without it; `peers` is
    None without it; `meeting` is where barriers are.
    """

    def __init__(self, files, parameters, peers, ports, meeting):
        """`files` is {name: path}."""
        self.rows = _lines(files.get('rows'))
        self.spans = _lines(files.get('spans'))
        self.ready = files.get('ready')
        self.outputs = files.get('outputs')
        self.parameters = parameters
        self.peers = peers
        self.ports = ports
        self.meeting = meeting


def _lines(path):
    return None if path is None else Lines(path)


def _of_environment():
    names = {'rows': 'RECORDS', 'spans': 'SPANS', 'ready': 'READY', 'outputs': 'OUTPUTS'}
    return Place(
        {name: _environment.text('COLLAB_' + variable) for name, variable in names.items()},
        Parameters(_environment.json_value('COLLAB_PARAMETERS', {}), _environment.text('COLLAB_READS')),
        _environment.json_value('COLLAB_PEERS', None),
        _environment.json_value('COLLAB_PORTS', {}),
        _environment.json_value('COLLAB_MEETING', None))


_place = _of_environment()


#: The folder of a role that stays for the run, and what follows its trials; None for all others.
warm = _environment.text('COLLAB_WARM')
follower = None


def now():
    """The Place of this moment."""
    return _place if follower is None else follower.now()


if warm is not None:
    from ._warm import Follower
    follower = Follower(warm, _place)
