"""Readers of cgroup version 1 (Documentation/admin-guide/cgroup-v1/cpuacct.rst, memory.rst)."""
import os

from ..linux import TICKS_PER_S, KernelFile


class CpuV1(object):
    """The cpuacct controller. `usage` is exact; `usage_user`, `usage_sys` (Linux 4.8) and `stat` count clock ticks."""

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
    """The memory controller."""

    peak_source = 'cgroup v1 memory.max_usage_in_bytes'
    peak_reason = None

    def __init__(self, folder):
        self._usage = KernelFile(os.path.join(folder, 'memory.usage_in_bytes'))
        self._stat = KernelFile(os.path.join(folder, 'memory.stat'))
        self._peak = KernelFile(os.path.join(folder, 'memory.max_usage_in_bytes'))
        self._oom = _optional(os.path.join(folder, 'memory.oom_control'))
        self.charged_and_used_bytes()

    def charged_and_used_bytes(self):
        """(bytes charged now, the same without file cache that the kernel can drop at once)."""
        charged_bytes = self._usage.number()
        return charged_bytes, max(0, charged_bytes - self._stat.field('total_inactive_file'))

    def peak_bytes(self):
        """Most bytes ever charged."""
        return self._peak.number()

    def restart_peak(self):
        """Lets the peak begin at what is charged now; raises OSError, as where the cgroup is mounted read-only."""
        with open(self._peak.path, 'wb', 0) as file:
            file.write(b'0')

    def faults(self):
        """(all page faults, those of them that waited for the disk) so far, of every process that ever was here."""
        return self._stat.field('total_pgfault'), self._stat.field('total_pgmajfault')

    def oom_kills(self):
        """How many processes the kernel has killed here because memory ran out; None before Linux 4.13."""
        return None if self._oom is None else self._oom.table().get('oom_kill')


def _optional(path):
    try:
        return KernelFile(path)
    except OSError:
        return None
