"""Memory of the role."""
import os

from ..linux import PAGE_BYTES, KernelFile, Unavailable, reason_of


class MemoryProbe(object):
    """memory_resident_bytes: the sum of resident sets of the tree. memory_cgroup_bytes: charged to the cgroup.

    memory_bytes: the cgroup's without file cache and the wrapper's private memory; never anything else. processes: how
    many there are. `tree_peak_bytes` is the largest sum of resident sets so far, `charged_peak_bytes` the largest charge.
    """

    metrics = ('memory_bytes', 'memory_resident_bytes', 'memory_cgroup_bytes', 'processes')
    every_s = 0.0

    def __init__(self, cgroup, tree, entered_late=False):
        """`entered_late`: the wrapper moved into the cgroup, and what it had by then stays charged to the one before."""
        self._cgroup_memory = cgroup.memory
        self._cgroup_reason = cgroup.memory_reason
        self._tree = tree
        self._own = KernelFile('/proc/self/statm')
        self._charged_elsewhere_bytes = self._private_bytes() if entered_late else 0
        self.restart()

    def restart(self):
        """Forgets the peaks."""
        self.tree_peak_bytes = self.charged_peak_bytes = 0

    def read(self, row, _now_s):
        """Bytes now. Zombies do not count as processes."""
        _, pages, alive = self._tree.sums()
        resident_bytes = pages * PAGE_BYTES
        self.tree_peak_bytes = max(self.tree_peak_bytes, resident_bytes)
        row['memory_resident_bytes'] = resident_bytes
        row['processes'] = alive
        if self._cgroup_memory:
            own_bytes = max(0, self._private_bytes() - self._charged_elsewhere_bytes)
            charged_bytes, used_bytes = self._cgroup_memory.charged_and_used_bytes()
            self.charged_peak_bytes = max(self.charged_peak_bytes, charged_bytes)
            row['memory_cgroup_bytes'] = charged_bytes
            row['memory_bytes'] = max(0, used_bytes - own_bytes)

    def missing(self):
        """[(metric, reason)] of metrics that no sample will have."""
        if self._cgroup_memory:
            return []
        return [(metric, self._cgroup_reason) for metric in ('memory_bytes', 'memory_cgroup_bytes')]

    def _private_bytes(self):
        """Memory of the wrapper that it shares with no file."""
        _, resident, shared = self._own.data().split(None, 3)[:3]
        return (int(resident) - int(shared)) * PAGE_BYTES


class MemoryPeak(object):
    """The largest charge of a cgroup: since it was made, or since `restart`. `probe` has seen that of the samples."""

    def __init__(self, cgroup, probe):
        self._cgroup = cgroup
        self._probe = probe
        self._refused = None
        self._before_bytes = 0

    def restart(self):
        """Lets the kernel's record begin anew, where it allows that."""
        memory = self._cgroup.memory
        if memory is None:
            return
        try:
            memory.restart_peak()
            self._refused = None
        except (Unavailable, OSError) as error:
            self._refused = reason_of(error)
            self._before_bytes = _or_zero(memory.peak_bytes)

    def measure(self, totals):
        """Fills in memory_peak_bytes; raises Unavailable or OSError.

        If the record did not begin anew and is no higher than before, the peak is an older one: then it is that of samples.
        """
        memory = self._cgroup.memory
        if memory is None:
            raise Unavailable(self._cgroup.memory_reason)
        if self._refused is None:
            totals.value('memory_peak_bytes', memory.peak_bytes(), memory.peak_source)
            return
        peak_bytes = _or_zero(memory.peak_bytes)
        if peak_bytes > self._before_bytes:
            totals.value('memory_peak_bytes', peak_bytes, memory.peak_source + ', which rose in this trial')
        elif self._probe.charged_peak_bytes > 0:
            how = 'largest memory_cgroup_bytes of the samples, because the peak cannot begin anew ({}): at least this much'
            totals.value('memory_peak_bytes', self._probe.charged_peak_bytes, how.format(self._refused), False)
        else:
            raise Unavailable('the peak cannot begin anew ({}), and there was no sample'.format(self._refused))


def _or_zero(read):
    try:
        return read()
    except Unavailable:
        return 0


class PssProbe(object):
    """memory_pss_bytes: the tree's memory with each shared page counted once.

    The kernel visits every page for it, so it is a slow reading.
    """

    metrics = ('memory_pss_bytes',)
    every_s = 1.0
    #: The role's own memory is locked meanwhile.
    disturbs = True

    def __init__(self, tree):
        self._tree = tree

    def read(self, row, _now_s):
        """Bytes now; raises Unavailable or OSError."""
        total_bytes = 0
        for process in self._tree.processes.values():
            if process.zombie:
                continue
            try:
                total_bytes += process.pss_bytes()
            except ProcessLookupError:
                pass
            except FileNotFoundError:
                if os.path.exists('/proc/self/smaps_rollup'):
                    continue  # it has just ended
                raise Unavailable('this kernel has no smaps_rollup (Linux 4.14 and later do)')
            except ValueError:
                pass  # it has ended, or has no memory yet
        row['memory_pss_bytes'] = total_bytes


def own_peak_bytes():
    """Largest resident set of the wrapper so far (VmHWM), in bytes."""
    with open('/proc/self/status', 'rb') as file:
        data = file.read()
    return int(data.split(b'\nVmHWM:', 1)[1].split(None, 1)[0]) * 1024
