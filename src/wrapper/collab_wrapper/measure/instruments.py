"""Everything that measures one role on this machine."""
from ..linux import NotStarted, Unavailable, reason_of
from ..sensors import Look, find_sensors
from .cgroup import Cgroup
from .cpu import CpuAccount, CpuProbe
from .device_cpu import DeviceCpuProbe
from .disk import DiskAccount, DiskProbe
from .helper import Helper
from .memory import MemoryProbe, PssProbe
from .network import Network, NetworkProbe
from .throttled_time import ThrottledTime


class Instruments(object):
    """`probes` for the samples, and what the totals are read from. Create it before the command starts.

    Why a metric is not read here: `refused` is {metric: reason} where a source exists that cannot be read, `absent`
    where none exists.
    """

    def __init__(self, role, metrics, tree, command, environment):
        self._role = role
        self._command = command
        self._environment = environment
        self._helpers = []
        self.cgroup = Cgroup(role.own_cgroup)
        self.network, self.network_reason = _try(lambda: Network(role.own_network))
        self.disk, self.disk_reason = _try(lambda: DiskAccount(tree, command.reaped))
        device_cpu, device_cpu_reason = _try(DeviceCpuProbe)
        self.counters = _perf_counters() if role.wants('cycles') else None
        self.throttling = ThrottledTime()
        cpu_probe = CpuProbe(self.cgroup.cpu, tree, command.reaped, role.sampling_s)
        self.cpu = CpuAccount(self.cgroup.cpu, command.reaped, cpu_probe, self.helpers_cpu_s)
        self.memory_probe = MemoryProbe(self.cgroup, tree)
        self.sensors = find_sensors(metrics.sensors, Look('/', role.meter, self._start_helper, host=role.host))
        self.refused = dict(self.sensors.refused)
        self.absent = self.sensors.absent
        # A new kind of sample is a new probe and a line here, or a sensor in metrics.json.
        self.probes = [cpu_probe, self.memory_probe, PssProbe(tree)]
        self._add(NetworkProbe, self.network and NetworkProbe(self.network), self.network_reason)
        self._add(DiskProbe, self.disk and DiskProbe(self.disk), self.disk_reason)
        self._add(DeviceCpuProbe, device_cpu, device_cpu_reason)
        self.probes += self.sensors.probes
        if any('throttled' in probe.metrics for probe in self.probes):
            self.probes.append(self.throttling)

    def stop_helpers(self):
        """Stops the wrapper's helper processes."""
        for helper in self._helpers:
            helper.stop()

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


def _perf_counters():
    from .counters import PerfCounters  # loaded late: few runs need its ctypes structures
    return PerfCounters()


def _try(make):
    """(what `make` returns, None), or (None, the reason) if it cannot be read here."""
    try:
        return make(), None
    except (Unavailable, OSError, ValueError, IndexError) as error:
        return None, reason_of(error)
