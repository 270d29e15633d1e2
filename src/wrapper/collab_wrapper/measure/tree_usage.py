"""What the processes of the command used since a moment: those that live, and those that have ended."""
from ..linux import TICKS_PER_S


class Usage(object):
    """CPU seconds and page faults."""

    __slots__ = ('user_s', 'system_s', 'minor_faults', 'major_faults')

    def __init__(self, user_s, system_s, minor_faults, major_faults):
        self.user_s = user_s
        self.system_s = system_s
        self.minor_faults = minor_faults
        self.major_faults = major_faults

    @property
    def cpu_s(self):
        """User and system seconds."""
        return self.user_s + self.system_s

    def minus(self, other):
        """The difference of two readings."""
        return Usage(*(max(0, getattr(self, name) - getattr(other, name)) for name in self.__slots__))


class TreeUsage(object):
    """Reads the counts of live processes (proc(5)) and those that ended ones passed on to the wrapper (wait4).

    A process that ends passes its counts on to the one that waits for it, so that the sum loses none, except those of
    processes that nobody waits for. Clock ticks of live processes are whole ones; those of ended ones are exact.
    """

    def __init__(self, tree, reaped):
        self._tree = tree
        self._reaped = reaped
        self._before = Usage(0, 0, 0, 0)
        self._threads = {}
        #: Some of the command's processes were there before the moment from which it counts.
        self.began_late = False

    def restart(self):
        """Counts from now on. Scan the tree before."""
        self._before = self._now()
        self._threads = self._switches()
        self.began_late = bool(self._tree.processes)

    def since(self):
        """The Usage since the creation, or `restart`."""
        self._tree.scan()
        return self._now().minus(self._before)

    def switches(self):
        """(voluntary, involuntary) context switches of the threads that live, since the same moment.

        The kernel keeps no sum over the threads of a process that have ended, and none over its children.
        """
        voluntary = involuntary = 0
        for thread, counts in self._switches().items():
            before = self._threads.get(thread, (0, 0))
            voluntary += counts[0] - before[0]
            involuntary += counts[1] - before[1]
        return voluntary, involuntary

    def _now(self):
        reaped = self._reaped
        user = system = 0
        minor, major = reaped.minor_faults, reaped.major_faults
        for process in self._tree.processes.values():
            one_user, one_system = process.times_ticks()
            user += one_user
            system += one_system
            minor += process.faults[0]
            major += process.faults[1]
        return Usage(reaped.user_s + user / TICKS_PER_S, reaped.system_s + system / TICKS_PER_S, minor, major)

    def _switches(self):
        return {
            (pid, process.start_ticks, thread): counts
            for pid, process in self._tree.processes.items() for thread, counts in process.switches().items()}
