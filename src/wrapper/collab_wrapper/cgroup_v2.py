"""Readers of cgroup version 2."""
import os

from .kernel_file import KernelFile
from .unavailable import Unavailable


class CpuV2(object):
    """cpu.stat, which every cgroup but the root of old kernels has."""

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
    """Controller memory; `memory.peak` came with Linux 5.19."""

    peak_source = 'cgroup v2 memory.peak'

    def __init__(self, folder):
        self._current = KernelFile(os.path.join(folder, 'memory.current'))
        self._stat = KernelFile(os.path.join(folder, 'memory.stat'))
        try:
            self._peak = KernelFile(os.path.join(folder, 'memory.peak'))
            self.peak_reason = None
        except OSError:
            self._peak = None
            self.peak_reason = 'this kernel has no memory.peak in cgroup v2 (Linux 5.19 and later have)'
        self.used_bytes()

    def used_bytes(self):
        """Memory charged now, without file cache that the kernel may drop at once."""
        return max(0, self._current.number() - self._stat.field('inactive_file'))

    def peak_bytes(self):
        """Largest memory ever charged; raises Unavailable on kernels without it."""
        if self._peak is None:
            raise Unavailable(self.peak_reason)
        return self._peak.number()
