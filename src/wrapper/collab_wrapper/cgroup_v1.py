"""Readers of cgroup version 1."""
import os

from .kernel_file import KernelFile
from .procfs import TICKS_PER_S


class CpuV1(object):
    """Controller cpuacct. `usage` is exact; `usage_user` and `usage_sys` (Linux 4.8) and `stat` count clock ticks."""

    def __init__(self, folder):
        self._usage = KernelFile(os.path.join(folder, 'cpuacct.usage'))
        try:
            self._user = KernelFile(os.path.join(folder, 'cpuacct.usage_user'))
            self._system = KernelFile(os.path.join(folder, 'cpuacct.usage_sys'))
            self.source = 'cgroup v1 cpuacct.usage, split as usage_user to usage_sys'
        except OSError:
            self._user = self._system = None
            self._stat = KernelFile(os.path.join(folder, 'cpuacct.stat'))
            self.source = 'cgroup v1 cpuacct.usage, split as in cpuacct.stat'
        self.times_s()

    def total_s(self):
        """CPU seconds used in this cgroup so far."""
        return self._usage.number() / 1e9

    def times_s(self):
        """(total, user, system) CPU seconds so far."""
        if self._user is not None:
            return self.total_s(), self._user.number() / 1e9, self._system.number() / 1e9
        ticks = self._stat.table()
        return self.total_s(), ticks['user'] / TICKS_PER_S, ticks['system'] / TICKS_PER_S


class MemoryV1(object):
    """Controller memory."""

    peak_source = 'cgroup v1 memory.max_usage_in_bytes'
    peak_reason = None

    def __init__(self, folder):
        self._usage = KernelFile(os.path.join(folder, 'memory.usage_in_bytes'))
        self._stat = KernelFile(os.path.join(folder, 'memory.stat'))
        self._peak = KernelFile(os.path.join(folder, 'memory.max_usage_in_bytes'))
        self.used_bytes()

    def used_bytes(self):
        """Memory charged now, without file cache that the kernel may drop at once."""
        return max(0, self._usage.number() - self._stat.field('total_inactive_file'))

    def peak_bytes(self):
        """Largest memory ever charged."""
        return self._peak.number()
