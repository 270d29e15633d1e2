"""Everything that measures one role on this machine."""
from ..linux import NotStarted, Unavailable, reason_of
from ..sensors import Look, find_sensors
from .cgroup import ALL, Cgroup
from .cpu import CpuAccount, CpuProbe
from .device_cpu import DeviceCpuProbe
from .disk import DiskAccount, DiskProbe
from .helper import Helper
from .made_cgroup import MadeCgroup
from .memory import MemoryPeak, MemoryProbe, PssProbe
from .network import SHARED as SHARED_NETWORK
from .network import Network, NetworkProbe
from .process_peaks import ProcessPeaks
from .throttled_time import ThrottledTime
from .tree_usage import TreeUsage
from .waited_for import WaitedFor
from .wire import Wire


class Instruments(object):
    """`probes` for the samples, and what the totals are read from. Create it before the command starts.

    It counts from its creation, or from `restart` on. Why a metric is not read here: `refused` is {metric: reason} where a source exists that cannot be read, `absent`
    where none exists.
    """

    def __init__(self, role, metrics, tree, command, environment):
        self._role = role
        self._tree = tree
        self._command = command
        self._environment = environment
        self._helpers = []
        self._made = None if role.own_cgroup else MadeCgroup()
        self.cgroup = Cgroup(ALL) if self._made is None else Cgroup(self._made.controllers, reason=self._made.reason)
        self.usage = TreeUsage(tree, command.reaped)
        self.waited_for = WaitedFor(_counts_faults(self.cgroup.memory), self.usage, self._helpers_faults)
        self.network, self.network_reason = _try(lambda: Network(role.own_network))
        self.wire, self.wire_reason = None, self.network_reason or SHARED_NETWORK
        if self.network is not None and role.own_network:
            self.wire, self.wire_reason = _try(lambda: Wire(self.network.packets))
        self.disk, self.disk_reason = _try(lambda: DiskAccount(tree, command.reaped))
        device_cpu, device_cpu_reason = _try(DeviceCpuProbe)
        self.counters = _perf_counters() if role.wants('cycles') else None
        self.throttling = ThrottledTime()
        cpu_probe = CpuProbe(self.cgroup.cpu, tree, command.reaped, role.sampling_s, self.helpers_cpu_s)
        self.cpu = CpuAccount(self.cgroup.cpu, self.usage, cpu_probe, self.helpers_cpu_s)
        self.memory_probe = MemoryProbe(self.cgroup, tree, self._made is not None)
        self.memory_peak = MemoryPeak(self.cgroup, self.memory_probe)
        self.process_peaks = ProcessPeaks(tree)
        self.sensors = find_sensors(metrics.sensors, Look('/', role.meter, self._start_helper, host=role.host))
        self.refused = dict(self.sensors.refused)
        self.absent = self.sensors.absent
        # A new kind of sample is a new probe and a line here, or a sensor in metrics.json.
        self.probes = [cpu_probe, self.memory_probe, PssProbe(tree)]
        self._add(NetworkProbe, self.network and NetworkProbe(self.network), self.network_reason)
        self._add(DiskProbe, self.disk and DiskProbe(self.disk, self.waited_for), self.disk_reason)
        self._add(DeviceCpuProbe, device_cpu, device_cpu_reason)
        self.probes += self.sensors.probes
        if any('throttled' in probe.metrics for probe in self.probes):
            self.probes.append(self.throttling)
        # What begins anew with each trial; the counters that grow fastest come last.
        self._restarted = [one for one in (
            self.sensors.energy, self.throttling, device_cpu, self.memory_probe, self.memory_peak, self.process_peaks,
            self.network, self.wire, self.disk, self.usage, self.waited_for, cpu_probe, self.cpu, self.counters)
            if one is not None]

    def restart(self):
        """What was used so far no longer counts: a new trial begins. Raises OSError."""
        self._tree.scan()
        self._command.reaped.largest_bytes = 0
        for one in self._restarted:
            one.restart()

    @property
    def made_cgroups(self):
        """Folders of the cgroups that were made for the role."""
        return [] if self._made is None else self._made.folders

    def close(self):
        """Stops the wrapper's helper processes, and removes the cgroups that were made. Calling it twice is harmless."""
        for helper in self._helpers:
            helper.stop()
        self._helpers = []
        if self._made is not None:
            self._made.close()

    def helpers_cpu_s(self):
        """CPU seconds of the wrapper's helper processes so far."""
        return sum(helper.cpu_s() for helper in self._helpers)

    def _add(self, kind, probe, reason):
        if probe is not None:
            self.probes.append(probe)
        else:
            self.refused.update((metric, reason) for metric in kind.metrics)

    def _start_helper(self, words):
        try:
            helper = Helper(words, self._role.directory, self._environment)
        except (NotStarted, OSError) as error:
            raise Unavailable(reason_of(error))
        self._command.expect_helper(helper)
        self._helpers.append(helper)
        return helper

    def _helpers_faults(self):
        faults = [helper.faults() for helper in self._helpers]
        return None if not faults else (sum(minor for minor, _ in faults), sum(major for _, major in faults))


def _counts_faults(memory):
    """The same, or None if its kernel does not count page faults."""
    return memory if memory is not None and _try(memory.faults)[0] is not None else None


def _perf_counters():
    from .counters import PerfCounters  # loaded late: few runs need its ctypes structures
    return PerfCounters()


def _try(make):
    """(what `make` returns, None), or (None, the reason) if it cannot be read here."""
    try:
        return make(), None
    except (Unavailable, OSError, ValueError, IndexError, KeyError) as error:
        return None, reason_of(error)
