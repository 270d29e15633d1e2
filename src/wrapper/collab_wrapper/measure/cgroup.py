"""Finds the wrapper's cgroup and its counters: version 1, 2, or both (cgroups(7))."""
import os

from ..linux import Unavailable, reason_of
from .cgroup_v1 import CpuV1, MemoryV1
from .cgroup_v2 import CpuV2, MemoryV2

ALL = ('cpuacct', 'memory')
SHARED = 'the role shares the cgroup of its host, so its usage cannot be separated from that of other programs'


class Cgroup(object):
    """Readers of the role's own cgroup: `cpu` and `memory`, each None with a `cpu_reason` or `memory_reason`.

    `own` names the controllers of which the role has a cgroup of its own.
    """

    def __init__(self, own, root='/', reason=SHARED):
        self.cpu = self.memory = None
        self.cpu_reason = self.memory_reason = reason
        if 'cpuacct' in own:
            self.cpu, self.cpu_reason = _open('cpuacct', CpuV1, CpuV2, root)
        if 'memory' in own:
            self.memory, self.memory_reason = _open('memory', MemoryV1, MemoryV2, root)


def _open(controller, version_1, version_2, root):
    try:
        version, folder = cgroup_folder(controller, root)
        return (version_1 if version == 1 else version_2)(folder), None
    except (OSError, ValueError, KeyError, Unavailable) as error:
        return None, 'no cgroup counters: {}'.format(reason_of(error))


def cgroup_folder(controller, root):
    """(version, folder) of this process's cgroup for a controller; raises OSError or Unavailable.

    In a container the mount starts at the container's own cgroup: its root is the path in /proc/self/cgroup.
    """
    paths = {}
    for line in _lines(root, 'proc/self/cgroup'):
        _, controllers, path = line.split(':', 2)
        for name in controllers.split(','):
            paths[name] = path
    version, path = (1, paths[controller]) if controller in paths else (2, paths.get(''))
    if path is None:
        raise Unavailable('/proc/self/cgroup does not list {}'.format(controller))
    for line in _lines(root, 'proc/self/mountinfo'):
        before, after = line.split(' - ', 1)
        kind, _, options = after.split(' ', 2)
        if kind == ('cgroup' if version == 1 else 'cgroup2'):
            if version == 2 or controller in options.split(','):
                inside, point = before.split(' ')[3:5]
                below = os.path.relpath(path, inside)
                folder = os.path.join(root, point.lstrip('/'))
                return version, folder if below.startswith('.') else os.path.join(folder, below)
    raise Unavailable('no cgroup version {} with {} is mounted'.format(version, controller))


def _lines(root, path):
    with open(os.path.join(root, path), encoding='utf-8', errors='replace') as file:
        return file.read().splitlines()
