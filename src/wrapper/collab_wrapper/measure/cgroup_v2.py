"""Readers of cgroup version 2 (Documentation/admin-guide/cgroup-v2.rst)."""
import os

from ..linux import KernelFile, Unavailable


class CpuV2(object):
    """cpu.stat, which every cgroup has except the root on old kernels."""

    source = 'cgroup v2 cpu.stat usage_usec, split as user_usec to system_usec'

    def __init__(self, folder):
        self._stat = KernelFile(os.path.join(folder, 'cpu.stat'))
        self.times_s()

    def total_s(self):
        """CPU seconds used in this cgroup so far."""
        return self._stat.field('usage_usec') / 1e6

    def times_s(self):
        """(total, user, system) CPU seconds so far."""
        microseconds = self._stat.table()
        return tuple(microseconds[name] / 1e6 for name in ('usage_usec', 'user_usec', 'system_usec'))


class MemoryV2(object):
    """The memory controller; `memory.peak` exists since Linux 5.19."""

    peak_source = 'cgroup v2 memory.peak'

    def __init__(self, folder):
        self._current = KernelFile(os.path.join(folder, 'memory.current'))
        self._stat = KernelFile(os.path.join(folder, 'memory.stat'))
        try:
            self._peak = KernelFile(os.path.join(folder, 'memory.peak'))
            self.peak_reason = None
        except OSError:
            self._peak = None
            self.peak_reason = 'this kernel has no memory.peak in cgroup v2 (Linux 5.19 and later do)'
        try:
            self._events = KernelFile(os.path.join(folder, 'memory.events'))
        except OSError:
            self._events = None
        self._peak_restarts = False
        self.charged_and_used_bytes()

    def charged_and_used_bytes(self):
        """(bytes charged now, the same without file cache that the kernel can drop at once)."""
        charged_bytes = self._current.number()
        return charged_bytes, max(0, charged_bytes - self._stat.field('inactive_file'))

    def peak_bytes(self):
        """Most bytes ever charged; raises Unavailable before Linux 5.19."""
        if self._peak is None:
            raise Unavailable(self.peak_reason)
        return self._peak.number()

    def restart_peak(self):
        """Lets the peak begin at what is charged now, for this reader only (Linux 6.12); raises Unavailable or OSError."""
        if self._peak is None:
            raise Unavailable(self.peak_reason)
        if not self._peak_restarts:
            self._peak = KernelFile(self._peak.path, writable=True)
            self._peak_restarts = True
        self._peak.write(b'reset\n')

    def faults(self):
        """(all page faults, those of them that waited for the disk) so far, of every process that ever was here."""
        return self._stat.field('pgfault'), self._stat.field('pgmajfault')

    def oom_kills(self):
        """How many processes the kernel has killed here because memory ran out; None without memory.events."""
        return None if self._events is None else self._events.table().get('oom_kill')
