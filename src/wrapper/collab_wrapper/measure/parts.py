"""Everything that measures one role on this machine, made before its command starts."""
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


class Parts(object):
    """The accounts for the totals, and `probes` for the samples. `refused`, `absent`: metric to why nothing here reads
    it, where something is there to be read and where nothing is."""

    def __init__(self, role, metrics, tree, command, environment):
        self._role = role
        self._command = command
        self._environment = environment
        self._helpers = []
        self.cgroup = Cgroup(role.own_cgroup)
        self.network, self.network_reason = _made(lambda: Network(role.own_network))
        self.disk, self.disk_reason = _made(lambda: DiskAccount(tree, command.reaped))
        device_cpu, device_cpu_reason = _made(DeviceCpuProbe)
        self.counters = _perf_counters() if role.wants('cycles') else None
        self.throttling = ThrottledTime()
        cpu_probe = CpuProbe(self.cgroup.cpu, tree, command.reaped, role.sampling_s)
        self.cpu = CpuAccount(self.cgroup.cpu, command.reaped, cpu_probe, self._helpers_cpu_s)
        self.memory_probe = MemoryProbe(self.cgroup, tree)
        self.sensors = find_sensors(metrics.sensors, Look('/', role.meter, self._start_helper, host=role.host))
        # A new kind of sample is a new probe and one line here, or a sensor of metrics.json.
        self.probes = [cpu_probe, self.memory_probe, PssProbe(tree)]
        self.probes += [NetworkProbe(self.network)] if self.network else []
        self.probes += [DiskProbe(self.disk)] if self.disk else []
        self.probes += [device_cpu] if device_cpu else []
        self.probes += self.sensors.probes
        if any('throttled' in probe.metrics for probe in self.probes):
            self.probes.append(self.throttling)
        self.refused, self.absent = dict(self.sensors.refused), self.sensors.absent
        for absent, names, reason in (
                (self.network is None, NetworkProbe.metrics, self.network_reason),
                (self.disk is None, DiskProbe.metrics, self.disk_reason),
                (device_cpu is None, DeviceCpuProbe.metrics, device_cpu_reason)):
            if absent:
                self.refused.update((name, reason) for name in names)

    def stop_helpers(self):
        """Ends the wrapper's own helper processes."""
        for helper in self._helpers:
            helper.stop()

    def _start_helper(self, words):
        try:
            helper = Helper(words, self._role.directory, self._environment)
        except (NotStarted, OSError) as error:
            raise Unavailable(reason_of(error))
        self._command.expect_helper(helper)
        self._helpers.append(helper)
        return helper

    def _helpers_cpu_s(self):
        return sum(helper.cpu_s() for helper in self._helpers)


def _perf_counters():
    from .counters import PerfCounters  # ctypes structures that few runs need
    return PerfCounters()


def _made(make):
    try:
        return make(), None
    except (Unavailable, OSError, ValueError, IndexError) as error:
        return None, reason_of(error)
