"""What a command used from the start of a trial to its end, read once at that end."""
from ..linux import Unavailable, reason_of
from ..sensors import series_name
from .cpu import own_cpu_s
from .disk import NAMES as DISK_NAMES
from .disk import INHERITED, PART, UNWAITED
from .memory import own_peak_bytes
from .network import SHARED, SOURCE
from .process_peaks import SOURCE as PEAKS_SOURCE
from .waited_for import COMPLETE, counts_faults_once
from .wire import SOURCE as WIRE_SOURCE

_CGROUP_FAULTS = 'pgfault and pgmajfault in memory.stat of the cgroup, without the wrapper'
_FLOOR = COMPLETE + ' (ru_maxrss), an upper bound: a process starts as a copy of the wrapper'
_SWITCHES = ('/proc/<pid>/task of the threads that live, without those of threads and processes that ended in this trial: '
             'at least this much')
_ENDED = 'the process ended in this trial, and the kernel reports only what it did in all of its trials'
_SAMPLED = 'largest sum of resident sets in the samples, or the largest process: at least this much'
_NETWORK_NAMES = ('network_received_bytes', 'network_sent_bytes')
_WIRE_NAMES = ('network_wire_received_bytes', 'network_wire_sent_bytes')
_SWITCH_NAMES = ('context_switches_voluntary', 'context_switches_involuntary')
_THROTTLED = 'sum of the intervals that end with a reading of throttled'


class RunTotals(object):
    """Fills in the totals. Create it before the command starts, or after `instruments.restart()`.

    In a trial of a process that was there before (`usage.began_late`), counts that wait4 passes on only at its end are
    read from its live processes instead.
    """

    def __init__(self, instruments, command):
        self._instruments = instruments
        self._command = command
        self._reaped = reaped = command.reaped
        self._floor_bytes = own_peak_bytes()
        self._own_before_s = sum(own_cpu_s())
        self._before = reaped.voluntary_switches, reaped.involuntary_switches
        self._is_part = instruments.usage.began_late

    def fill(self, totals, wall_s, left_over):
        """Fills in `totals`. `left_over` is how many of the command's processes could not be ended."""
        totals.value('wall_s', round(wall_s, 6), 'CLOCK_MONOTONIC')
        survived = '{} processes of the role could not be ended'.format(left_over) if left_over else None
        for names, measure in (
                (('cpu_user_s', 'cpu_system_s'), self._cpu),
                (('memory_peak_bytes',), self._memory),
                (('memory_peak_process_bytes', 'memory_peak_tree_bytes'), self._processes),
                (DISK_NAMES, self._disk),
                (_NETWORK_NAMES, self._network),
                (_WIRE_NAMES, self._wire),
                (('page_faults_minor', 'page_faults_major') + _SWITCH_NAMES, self._events),
                (('cycles', 'instructions'), self._counters),
                (('energy_j', 'power_idle_w'), self._energy),
                (('throttled_s',), self._throttled),
                (('wrapper_cpu_s', 'wrapper_memory_peak_bytes'), self._wrapper)):
            _try(totals, names, measure, survived)

    def lower_bounds(self):
        """[(metric, how)] of sampled metrics that turned out to lack a process. Call it after `fill`."""
        waited_for, disk = self._instruments.waited_for, self._instruments.disk
        _, complete = waited_for.judge()
        return [(name, UNWAITED) for name in DISK_NAMES if disk and waited_for.can_tell and not complete]

    def fill_network(self, totals):
        """Reads the network again, once what the role sent has left."""
        _try(totals, _NETWORK_NAMES, self._network, None)
        _try(totals, _WIRE_NAMES, self._wire, None)

    def _cpu(self, totals, survived):
        account = self._instruments.cpu
        if survived and account.needs_all_reaped:
            raise Unavailable(survived)
        user_s, system_s, source, exact = account.user_system_s()
        totals.value('cpu_user_s', round(user_s, 6), source, exact)
        totals.value('cpu_system_s', round(system_s, 6), source, exact)

    def _memory(self, totals, _survived):
        self._instruments.memory_peak.measure(totals)

    def _processes(self, totals, survived):
        if survived:
            raise Unavailable(survived)
        if self._is_part:
            return self._live_processes(totals)
        largest_bytes = self._reaped.largest_bytes
        source, exact = self._instruments.waited_for.judge()
        if exact and largest_bytes <= self._floor_bytes:
            source, exact = _FLOOR, False
        totals.value('memory_peak_process_bytes', largest_bytes, source + ' (ru_maxrss)' if exact else source, exact)
        self._tree_peak(totals, largest_bytes)

    def _live_processes(self, totals):
        try:
            largest_bytes = self._instruments.process_peaks.largest_bytes()
            totals.value('memory_peak_process_bytes', largest_bytes, PEAKS_SOURCE, False)
        except Unavailable as reason:
            largest_bytes = 0
            totals.unavailable('memory_peak_process_bytes', str(reason))
        self._tree_peak(totals, largest_bytes)

    def _tree_peak(self, totals, largest_bytes):
        tree_bytes = max(largest_bytes, self._instruments.memory_probe.tree_peak_bytes)
        totals.value('memory_peak_tree_bytes', tree_bytes, _SAMPLED, False)

    def _disk(self, totals, survived):
        if self._instruments.disk is None:
            raise Unavailable(self._instruments.disk_reason)
        counted = self._instruments.disk.bytes_now()
        seen = self._instruments.disk.highest
        _, complete = self._instruments.waited_for.judge()
        for index, name in enumerate(DISK_NAMES):
            if survived or not complete or seen[index] > counted[index]:
                totals.value(name, max(seen[index], counted[index]), UNWAITED, False)
            else:
                totals.value(name, counted[index], PART if self._is_part else INHERITED)

    def _network(self, totals, _survived):
        network = self._instruments.network
        if network is None:
            raise Unavailable(self._instruments.network_reason)
        network.update()
        source = SOURCE if network.own else SHARED
        received, sent = network.received_and_sent_bytes()
        totals.value('network_received_bytes', received, source + ', without lo', network.own)
        totals.value('network_sent_bytes', sent, source + ', without lo', network.own)
        for name, (received, sent) in network.interfaces.items():
            if not network.own and received == sent == 0:
                continue  # a host may have many interfaces that the role does not use
            totals.value(series_name('network_received_bytes', name), received, source, network.own)
            totals.value(series_name('network_sent_bytes', name), sent, source, network.own)

    def _wire(self, totals, _survived):
        wire = self._instruments.wire
        if wire is None:
            raise Unavailable(self._instruments.wire_reason)
        missing = wire.missing_bytes()
        counted = self._instruments.network.received_and_sent_bytes()
        for name, bytes_counted, bytes_missing in zip(_WIRE_NAMES, counted, missing):
            totals.value(name, bytes_counted + bytes_missing, WIRE_SOURCE, False)

    def _events(self, totals, survived):
        if survived:
            raise Unavailable(survived)
        source, exact = self._instruments.waited_for.judge()
        used = self._instruments.usage.since()
        faults, faults_source, faults_exact = (used.minor_faults, used.major_faults), source, exact
        if self._instruments.waited_for.is_lost:
            faults = self._instruments.waited_for.faults()
            faults_source, faults_exact = _CGROUP_FAULTS, faults[1] == 0 or counts_faults_once()
        totals.value('page_faults_minor', faults[0], faults_source, faults_exact)
        totals.value('page_faults_major', faults[1], faults_source, faults_exact)
        switches = self._reaped.voluntary_switches - self._before[0], self._reaped.involuntary_switches - self._before[1]
        if self._is_part:
            if self._command.ended:
                for name in _SWITCH_NAMES:
                    totals.unavailable(name, _ENDED)
                return
            switches, source, exact = self._instruments.usage.switches(), _SWITCHES, False
        for name, count in zip(_SWITCH_NAMES, switches):
            totals.value(name, count, source, exact)

    def _counters(self, totals, _survived):
        if self._instruments.counters is None:
            raise Unavailable('not requested: add `metrics: [cycles]` to experiment.yaml')
        self._instruments.counters.measure(totals)

    def _energy(self, totals, _survived):
        self._instruments.sensors.energy.measure(totals)

    def _throttled(self, totals, _survived):
        throttling = self._instruments.throttling
        if throttling.seconds is None:
            raise Unavailable(self._instruments.sensors.reason('throttled') or 'fewer than two readings')
        totals.value('throttled_s', round(throttling.seconds, 3), _THROTTLED, False)

    def _wrapper(self, totals, _survived):
        own_s = sum(own_cpu_s()) - self._own_before_s
        totals.value('wrapper_cpu_s', round(own_s, 6), 'getrusage of the wrapper, since the start of the trial')
        totals.value('wrapper_memory_peak_bytes', own_peak_bytes(), 'VmHWM of the wrapper')


def _try(totals, names, measure, survived):
    try:
        measure(totals, survived)
    except (Unavailable, OSError, ValueError, KeyError) as error:
        for name in names:
            totals.unavailable(name, reason_of(error))
