"""Memory of the role."""
import resource

from .kernel_file import KernelFile
from .procfs import PAGE_BYTES
from .unavailable import Unavailable


class MemoryProbe(object):
    """memory_bytes: the cgroup's without the wrapper's own private memory, else the resident sets of the tree."""

    metrics = ('memory_bytes',)

    def __init__(self, cgroup_memory):
        self._cgroup_memory = cgroup_memory
        self._own = KernelFile('/proc/self/statm')

    def read(self, processes, _monotonic_s):
        """Bytes now."""
        if not self._cgroup_memory:
            return {'memory_bytes': sum(p.resident_pages for p in processes.values()) * PAGE_BYTES}
        _, resident, shared = self._own.text().split()[:3]
        own_bytes = (int(resident) - int(shared)) * PAGE_BYTES
        return {'memory_bytes': max(0, self._cgroup_memory.used_bytes() - own_bytes)}


class ProcessesProbe(object):
    """processes: how many are alive in the tree."""

    metrics = ('processes',)

    def read(self, processes, _monotonic_s):
        """Count now; what has ended and waits to be reaped does not count."""
        return {'processes': sum(not p.zombie for p in processes.values())}


def peak_bytes(cgroup):
    """(bytes, source) of the largest memory charged to the cgroup; raises Unavailable."""
    if cgroup.memory is None:
        raise Unavailable(cgroup.memory_reason)
    return cgroup.memory.peak_bytes(), cgroup.memory.peak_source


def peak_process_bytes(floor_bytes):
    """(bytes, source, exact) of the largest resident set of any one process that was waited for.

    A process starts as a copy of the wrapper, and Linux counts that in: up to `floor_bytes` the value is an upper
    bound only.
    """
    value = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    if value > floor_bytes:
        return value, 'wait4 ru_maxrss', True
    return value, 'wait4 ru_maxrss, an upper bound: a process starts as a copy of the wrapper', False


def peak_floor_bytes():
    """Largest resident set of the wrapper so far, and of children that it had before the command."""
    children_kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    with open('/proc/self/status', encoding='ascii', errors='replace') as file:
        own_kib = next((int(line.split()[1]) for line in file if line.startswith('VmHWM:')), 0)
    return max(children_kib, own_kib) * 1024
