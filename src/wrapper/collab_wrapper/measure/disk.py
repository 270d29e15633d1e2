"""Bytes read and written by the whole tree, from /proc/<pid>/io (proc(5)).

A process adds its counts to those of the process that waits for it. So /proc/self/io contains the counts of all
processes that have ended, plus those of the wrapper itself, which are the counts of its only thread.
"""
import os

from ..linux import KernelFile, Unavailable, io_bytes

NAMES = ('io_read_bytes', 'io_written_bytes', 'disk_read_bytes', 'disk_written_bytes')
SOURCE = '/proc/<pid>/io of the whole tree'
INHERITED = SOURCE + ', inherited through wait4'
PART = SOURCE + ', of live processes, and inherited through wait4'
UNWAITED = SOURCE + '; a process that nobody waits for (SIGCHLD ignored) may be missing: at least this much'
NO_ACCOUNTS = 'this kernel does not count bytes per process (TASK_IO_ACCOUNTING)'

_READ_ALL_S = 1.0
_TRIES = 5


class DiskAccount(object):
    """Counts from its creation, before the command starts, or from `restart`.

    Raises Unavailable if the kernel keeps no such counts.
    """

    def __init__(self, tree, reaped):
        self._tree = tree
        self._reaped = reaped
        try:
            self._whole = KernelFile('/proc/self/io')
            self._wrapper = KernelFile('/proc/self/task/{}/io'.format(os.getpid()))
        except FileNotFoundError:
            raise Unavailable(NO_ACCOUNTS)
        self._before = (0, 0, 0, 0)
        self.restart()

    def restart(self):
        """Bytes so far no longer count. Scan the tree before."""
        self._before = _plus(self._before, self.bytes_now())
        self._ended_so_far = None, None
        self.highest = (0, 0, 0, 0)
        self._read_all_at_s = -_READ_ALL_S

    def bytes_now(self):
        """(io read, io written, disk read, disk written) of ended processes that were waited for, and of live ones.

        A process that ends between the two readings would be in neither: then it reads again.
        """
        for _ in range(_TRIES):
            accounts, gone = [self._ended_bytes()], False
            for process in self._tree.processes.values():
                try:
                    accounts.append(process.io(True))
                except (ProcessLookupError, FileNotFoundError):
                    gone = True
            if not gone:
                break
            self._tree.scan()
        return _plus(*accounts)

    def _ended_bytes(self):
        return tuple(now - before for now, before in zip(self._ended(), self._before))

    def bytes_so_far(self, now_s):
        """The same including live processes. It never decreases: a process that nobody waited for stays counted.

        A process that used no CPU is read once a second.
        """
        if self._ended_so_far[0] != self._reaped.count:
            self._ended_so_far = self._reaped.count, self._ended_bytes()
        accounts = [self._ended_so_far[1]]
        read_all = now_s - self._read_all_at_s >= _READ_ALL_S
        if read_all:
            self._read_all_at_s = now_s
        for process in self._tree.processes.values():
            try:
                accounts.append(process.io(read_all))
            except (ProcessLookupError, FileNotFoundError):
                pass
        self.highest = tuple(map(max, self.highest, _plus(*accounts)))
        return self.highest

    def _ended(self):
        own = io_bytes(self._wrapper.data())  # read before the whole, which then includes it
        whole = io_bytes(self._whole.data())
        return tuple(all_bytes - own_bytes for all_bytes, own_bytes in zip(whole, own))


def _plus(*counts):
    return tuple(map(sum, zip(*counts)))


class DiskProbe(object):
    """io_read_bytes, io_written_bytes (by system calls), disk_read_bytes, disk_written_bytes: since the start."""

    metrics = NAMES
    every_s = 0.1

    def __init__(self, account, waited_for):
        self._account = account
        self._waited_for = waited_for

    def read(self, row, now_s):
        """Bytes since the start; raises OSError."""
        row.update(zip(NAMES, self._account.bytes_so_far(now_s)))

    def estimated(self):
        """[(metric, how)] if processes that nobody waits for may be missing, and the kernel does not tell."""
        return [] if self._waited_for.can_tell else [(metric, UNWAITED) for metric in NAMES]
