"""The process tree below the wrapper, kept from one reading to the next."""
import os

from .kernel_file import KernelFile
from .process import Process

_KEPT_DESCRIPTORS = 200
_LOOK_AGAIN_SCANS = 20
_FORGET_AFTER_LISTINGS = 100


class ProcessTree(object):
    """All descendants of one process that is a subreaper, so that none of them leaves the tree.

    Who is known is read through descriptors that stay open. /proc is listed only when the kernel has given a new number
    since the last time (the last field of /proc/loadavg), and every twentieth time whatever that says. Processes
    of others are not read again.
    """

    def __init__(self, root, proc='/proc'):
        self.processes = {}
        #: Those of them of which anything changed since somebody cleared it.
        self.changed = {}
        self._sums = None
        self._root = root
        self._proc = proc
        self._foreign = set()
        self._strangers = set()
        self._scans = self._listings = 0
        self._last = None
        try:
            self._load = KernelFile(proc + '/loadavg')
        except OSError:
            self._load = None

    def exclude(self, pid):
        """Takes a process of the wrapper's own, and what comes from it, for none of the command's."""
        self._strangers.add(pid)

    def scan(self):
        """Descendants now as {pid: Process}, zombies included, the root not. The same dict each time."""
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
        if self._scans % _LOOK_AGAIN_SCANS == 0 or last is None or last != self._last:
            self._look_for_new()
        self._last = last  # read before the listing: what is born meanwhile makes another one
        self._scans += 1
        return self.processes

    def sums(self):
        """(clock ticks of CPU with those of children that were waited for, resident pages, how many are no zombies)."""
        if self._sums is None:
            ticks = pages = alive = 0
            for process in self.processes.values():
                ticks += process.own_ticks + process.children_ticks
                pages += process.resident_pages
                alive += not process.zombie
            self._sums = ticks, pages, alive
        return self._sums

    def _look_for_new(self):
        self._listings += 1
        if self._listings % _FORGET_AFTER_LISTINGS == 0:
            self._foreign.clear()  # a number may have been given again
        listed = {int(name) for name in os.listdir(self._proc) if name.isdigit()}
        self._foreign &= listed
        new = {}
        for pid in sorted(listed.difference(self._foreign, self.processes, self._strangers)):
            if pid != self._root:
                try:
                    new[pid] = Process(pid, len(self.processes) + len(new) < _KEPT_DESCRIPTORS, self._proc)
                except (OSError, ValueError, IndexError):
                    pass  # gone already
        for pid, process in new.items():
            if self._is_ours(pid, new):
                self.processes[pid] = self.changed[pid] = process
                self._sums = None
            else:
                process.close()

    def _is_ours(self, pid, new):
        above = pid
        for _ in range(len(new) + 1):  # a number given again meanwhile must not make a circle
            if above == self._root or above in self.processes:
                return True
            if above not in new:
                break
            above = new[above].parent
        self._foreign.add(pid)
        return False
