"""The process tree below the wrapper, read from /proc."""
import os

TICKS_PER_S = os.sysconf('SC_CLK_TCK')
PAGE_BYTES = os.sysconf('SC_PAGE_SIZE')

_FORGET_AFTER_SCANS = 100


class Process(object):
    """One line of /proc/<pid>/stat: CPU of itself and of the children that it has waited for, in clock ticks."""

    __slots__ = ('parent', 'zombie', 'cpu_ticks', 'resident_pages')

    def __init__(self, stat):
        fields = stat[stat.rindex(b')') + 2:].split()  # the name may hold anything, brackets too
        self.zombie = fields[0] in (b'Z', b'X')
        self.parent = int(fields[1])
        self.cpu_ticks = sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime
        self.resident_pages = int(fields[21])


def read_process(pid, proc='/proc'):
    """The process, or None when it is gone."""
    try:
        descriptor = os.open('{}/{}/stat'.format(proc, pid), os.O_RDONLY)
    except OSError:
        return None
    try:
        return Process(os.read(descriptor, 4096))
    except (OSError, ValueError):
        return None
    finally:
        os.close(descriptor)


class ProcessTree(object):
    """All descendants of one process that is a subreaper, so that none of them leaves the tree.

    Processes known to be of others are not read again, which keeps a scan cheap on a busy host.
    """

    def __init__(self, root):
        self._root = root
        self._foreign = set()
        self._scans = 0

    def scan(self):
        """Descendants now as {pid: Process}, zombies included, the root not."""
        self._scans += 1
        if self._scans % _FORGET_AFTER_SCANS == 0:
            self._foreign.clear()  # a number may have been given again
        listed = sorted(int(name) for name in os.listdir('/proc') if name.isdigit())
        self._foreign.intersection_update(listed)
        seen = {}
        for pid in listed:  # parents first: a child that is reaped meanwhile is missed now, never counted twice
            if pid != self._root and pid not in self._foreign:
                process = read_process(pid)
                if process is not None:
                    seen[pid] = process
        return {pid: process for pid, process in seen.items() if self._is_ours(pid, seen)}

    def _is_ours(self, pid, seen):
        above = pid
        for _ in range(len(seen)):  # a number given again during the scan must not make a circle
            if above not in seen:
                break
            above = seen[above].parent
        if above == 0 or above in self._foreign:
            self._foreign.add(pid)
        return above == self._root
