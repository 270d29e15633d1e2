"""Whether the counts that wait4 passes on cover every process of the command.

A process whose parent does not wait for it (SIGCHLD ignored, SA_NOCLDWAIT) takes its counts with it: CPU, bytes, page
faults, context switches, the largest resident set. Each process has page faults, and the cgroup counts those of all.
"""
import mmap
import os
import resource

COMPLETE = 'wait4 of the whole tree'
_PART = '/proc/<pid>/stat of live processes and wait4 of ended ones'
_UNKNOWN = '{}; a process that nobody waited for (SIGCHLD ignored) is not included: at least this much'
_LOST = '{} without processes that nobody waited for (SIGCHLD ignored): at least this much'

#: Each process has more page faults than this, and reading causes fewer in the wrapper.
_SLACK = 3


class WaitedFor(object):
    """Create it before the command starts; `restart` begins anew, while it runs. `usage` is the TreeUsage since then.

    `helpers_faults()` is (minor, major) of the wrapper's helper processes, or None
    without any. What those lose looks like a loss of the command, so with helpers nobody can tell which it was.
    """

    def __init__(self, cgroup_memory, usage, helpers_faults=lambda: None):
        self._memory = cgroup_memory
        self._usage = usage
        self._helpers_faults = helpers_faults
        self.restart()

    def restart(self):
        """Page faults so far no longer count. Restart `usage` before: then the cgroup has no fault that it lacks."""
        self._judged = None
        #: After judge(): some process is missing in what wait4 passed on.
        self.is_lost = False
        self._before = self._others() if self._memory else None

    @property
    def can_tell(self):
        """Whether the kernel tells here."""
        return self._memory is not None

    def faults(self):
        """(minor, major) page faults of all processes of the command, or None without a cgroup; raises OSError."""
        if self._memory is None:
            return None
        return tuple(max(0, now - before) for now, before in zip(self._others(), self._before))

    def _judge(self):
        counted = self.faults()
        whole = _PART if self._usage.began_late else COMPLETE
        if counted is None:
            return _UNKNOWN.format(whole), False
        used = self._usage.since()
        missing = sum(counted) - used.minor_faults - used.major_faults
        if abs(missing) <= _SLACK:
            return whole, True
        # Before Linux 6.4 a cgroup counts a fault again each time that the kernel retries it, as for a page on a disk.
        retried = 2 * max(counted[1], used.major_faults)
        self.is_lost = missing > _SLACK + retried and self._helpers_faults() is None
        return (_LOST if self.is_lost else _UNKNOWN).format(whole), False

    def judge(self):
        """(source, exact) of counts that were passed on by wait4, or read from live processes. Call it at the end."""
        if self._judged is None:
            self._judged = self._judge()
        return self._judged

    def _others(self):
        """(minor, major) of the cgroup without the wrapper and its helpers."""
        _settle()
        usage = resource.getrusage(resource.RUSAGE_SELF)  # before the cgroup, which then contains it
        minor, major = self._helpers_faults() or (0, 0)
        all_faults, waited = self._memory.faults()
        waited -= usage.ru_majflt + major
        return all_faults - usage.ru_minflt - usage.ru_majflt - minor - major - waited, waited


def counts_faults_once():
    """Whether a cgroup of this kernel counts each page fault once, as wait4 does: since Linux 6.4."""
    version = os.uname().release.split('.')
    try:
        return (int(version[0]), int(version[1])) >= (6, 4)
    except (IndexError, ValueError):
        return False


def _settle():
    """Makes the kernel add up what it has counted on each processor: it does so once there are 64 changes of each.

    Before, memory.stat lags behind (MEMCG_CHARGE_BATCH in newer kernels). A page that is touched is a change.
    """
    page, pages = mmap.PAGESIZE, 256
    for _ in range(64 * ((os.cpu_count() or 1) + 1) // pages + 1):
        block = mmap.mmap(-1, page * pages, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        for at in range(0, page * pages, page):
            block[at] = 1
        block.close()
