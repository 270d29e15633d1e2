"""A cgroup that the wrapper makes for a role whose runtime gives it none, where the user may.

The kernel adds the usage of a process that nobody waits for (SIGCHLD ignored) to no other process, but it does add it to
the cgroup. The wrapper moves itself there, so that everything that it starts is born there, and leaves at its end. What
a killed wrapper left is removed by `wrapper.py --end`, or by the next wrapper.
"""
import os

from ..linux import Process, Unavailable, reason_of
from .cgroup import ALL, SHARED, cgroup_folder

_PREFIX = 'collab-'


class MadeCgroup(object):
    """Moves the wrapper into cgroups of its own. `controllers` are those for which that worked, `reason` why not.

    `folders` are the new ones. `close()` moves the wrapper back and removes them.
    """

    def __init__(self, root='/'):
        self.controllers = set()
        self.reason = SHARED
        self._parents = {}
        homes = {}
        for controller in ALL:  # all of them first: moving changes what /proc/self/cgroup says
            try:
                homes[controller] = cgroup_folder(controller, root)[1]
            except (OSError, ValueError, KeyError, Unavailable) as error:
                self.reason = '{}; none of its own could be made: {}'.format(SHARED, reason_of(error))
        for controller, home in homes.items():
            try:
                if home not in self._parents.values():
                    self._enter(home)
                self.controllers.add(controller)
            except OSError as error:
                self.reason = '{}; none of its own could be made: {}'.format(SHARED, reason_of(error))

    @property
    def folders(self):
        """Paths of the folders that were made."""
        return list(self._parents)

    def close(self):
        """Leaves and removes them; one with processes in it stays. Calling it twice is harmless."""
        for folder, home in list(self._parents.items()):
            try:
                _move(home)
                os.rmdir(folder)
                del self._parents[folder]
            except OSError:
                pass

    def _enter(self, home):
        _remove_stale(home)
        folder = os.path.join(home, '{}{}-{}'.format(_PREFIX, os.getpid(), _start_ticks(os.getpid())))
        os.mkdir(folder)
        try:
            _move(folder)
        except OSError:
            os.rmdir(folder)
            raise
        self._parents[folder] = home


def processes_in(folders):
    """Pids in cgroups that a wrapper made; folders of any other name are ignored."""
    pids = set()
    for folder in folders:
        if os.path.basename(folder).startswith(_PREFIX):
            try:
                with open(os.path.join(folder, 'cgroup.procs'), encoding='ascii') as file:
                    pids.update(map(int, file.read().split()))
            except (OSError, ValueError):
                pass  # it is gone
    return pids


def remove_made(folders):
    """Removes cgroups that a killed wrapper left."""
    for folder in folders:
        if os.path.basename(folder).startswith(_PREFIX):
            _remove(folder)


def _remove_stale(home):
    """Removes those of wrappers that are dead."""
    for name in os.listdir(home):
        words = name.split('-')
        if name.startswith(_PREFIX) and len(words) == 3 and words[1].isdigit():
            if str(_start_ticks(int(words[1]))) != words[2]:
                _remove(os.path.join(home, name))


def _remove(folder):
    try:
        os.rmdir(folder)
    except OSError:
        pass  # processes are still in it, or it is gone


def _move(folder):
    with open(os.path.join(folder, 'cgroup.procs'), 'w') as file:
        file.write(str(os.getpid()))


def _start_ticks(pid):
    """When a process started, in clock ticks since boot: with the pid, it names one process; None if there is none."""
    try:
        return Process(pid, False).start_ticks
    except (OSError, ValueError, IndexError):
        return None
