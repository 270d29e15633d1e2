"""The process tree below the wrapper."""
import os

from .kernel_file import KernelFile
from .process import Process

_KEPT_DESCRIPTORS = 200
_LIST_EVERY_SCANS = 20
_FORGET_AFTER_LISTINGS = 100


class ProcessTree(object):
    """All descendants of a process that is a subreaper, so none of them can leave the tree.

    Known processes are read through open descriptors. Listing /proc is slow, so it happens only when the kernel has
    assigned a new pid (the last field of /proc/loadavg), and every twentieth scan regardless. Processes outside the
    tree are remembered and not read again.
    """

    def __init__(self, root, proc='/proc'):
        self.processes = {}
        #: The ones that changed since a reader last cleared this dict.
        self.changed = {}
        self._sums = None
        self._root = root
        self._proc = proc
        self._foreign = set()
        self._excluded = set()
        self._scans = self._listings = 0
        self._last = None
        try:
            self._load = KernelFile(proc + '/loadavg')
        except OSError:
            self._load = None

    def exclude(self, pid):
        """Leaves a process of the wrapper, and its descendants, out of the tree."""
        self._excluded.add(pid)

    def scan(self):
        """Current descendants as {pid: Process}: with zombies, without the root. It is the same dict each time."""
        gone = []
        for pid, process in self.processes.items():
            changed = process.refresh()
            if changed:
                self.changed[pid] = process
                self._sums = None
            elif changed is None:
                gone.append(pid)
        for pid in gone:
            self.processes.pop(pid).close()
            self.changed.pop(pid, None)
            self._sums = None
        last = None if self._load is None else self._load.data().rsplit(None, 1)[-1]
        if self._scans % _LIST_EVERY_SCANS == 0 or last is None or last != self._last:
            self._add_new()
        self._last = last  # read before the listing, so a process that starts in between triggers another one
        self._scans += 1
        return self.processes

    def sums(self):
        """(CPU clock ticks, resident pages, number of processes that are not zombies) of the last scan.

        The ticks include those of children that were waited for.
        """
        if self._sums is None:
            ticks = pages = alive = 0
            for process in self.processes.values():
                ticks += process.own_ticks + process.children_ticks
                pages += process.resident_pages
                alive += not process.zombie
            self._sums = ticks, pages, alive
        return self._sums

    def _add_new(self):
        self._listings += 1
        if self._listings % _FORGET_AFTER_LISTINGS == 0:
            self._foreign.clear()  # a pid may have been reused
        listed = {int(name) for name in os.listdir(self._proc) if name.isdigit()}
        self._foreign &= listed
        new = {}
        for pid in sorted(listed.difference(self._foreign, self.processes, self._excluded)):
            if pid != self._root:
                try:
                    new[pid] = Process(pid, len(self.processes) + len(new) < _KEPT_DESCRIPTORS, self._proc)
                except (OSError, ValueError, IndexError):
                    pass  # it has already ended
        for pid, process in new.items():
            if self._is_ours(pid, new):
                self.processes[pid] = self.changed[pid] = process
                self._sums = None
            else:
                process.close()

    def _is_ours(self, pid, new):
        above = pid
        for _ in range(len(new) + 1):  # bounded: a reused pid could make the parents a cycle
            if above == self._root or above in self.processes:
                return True
            if above not in new:
                break
            above = new[above].parent
        self._foreign.add(pid)
        return False
