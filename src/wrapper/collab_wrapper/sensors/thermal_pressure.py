"""Whether the kernel or the processor lowers the clock: cooling devices and throttle counters.

Documentation/driver-api/thermal/sysfs-api.rst, Documentation/ABI/testing/sysfs-devices-system-cpu (thermal_throttle).
"""
from ..linux import Absent, KernelFile, Unavailable

_COOLING = 'sys/class/thermal'
_CPUS = 'sys/devices/system/cpu'
_CHIPS = 'sys/class/hwmon'
#: Kinds that cool by lowering a clock. Fans do not slow the device.
_CLOCKS = ('processor', 'cpufreq', 'thermal-cpufreq', 'thermal-devfreq', 'devfreq', 'cpu', 'gpu')


def find(look):
    """Every cooling device that lowers a clock, Intel's throttle counters, and a Jetson's over-current counters."""
    states, counters = [], []
    for name in look.names(_COOLING):
        if name.startswith('cooling_device'):
            kind = (look.text(_COOLING, name, 'type') or '').lower()
            if kind.startswith(_CLOCKS):
                _keep(states, look.path(_COOLING, name, 'cur_state'))
    for name in look.names(_CPUS):
        if name[:3] == 'cpu' and name[3:].isdigit():
            for file in ('core_throttle_count', 'package_throttle_count'):
                _keep(counters, look.path(_CPUS, name, 'thermal_throttle', file))
    for chip in look.names(_CHIPS):
        for file in look.names(_CHIPS, chip):
            if file.startswith('oc') and file.endswith('_event_cnt'):
                _keep(counters, look.path(_CHIPS, chip, file))
    if not states and not counters:
        raise Absent('no cooling device that lowers a clock, and no throttle counter')
    return ThermalPressure(states, counters)


def _keep(files, path):
    try:
        files.append(KernelFile(path))
    except OSError:
        pass


class ThermalPressure(object):
    """throttled: 1 while a cooling device lowers a clock, or if a counter grew since the last reading.

    throttle_events: events counted since the first reading.
    """

    every_s = 1.0

    def __init__(self, states, counters):
        self.metrics = ('throttled', 'throttle_events') if counters else ('throttled',)
        self._states = states
        self._counters = counters
        self._first = self._last = None

    def read(self, row, _now_s):
        """The state now, from the files that can be read; raises Unavailable if none can."""
        states, counts = _numbers(self._states), _numbers(self._counters)
        if not states and not counts:
            raise Unavailable('no cooling device and no throttle counter can be read')
        held = any(state > 0 for state in states)
        if counts:
            events = sum(counts)
            if self._first is None:
                self._first = self._last = events
            held = held or events > self._last
            self._last = events
            row['throttle_events'] = max(0, events - self._first)
        row['throttled'] = int(held or row.get('throttled', 0))


def _numbers(files):
    numbers = []
    for file in files:
        try:
            numbers.append(file.number())
        except (OSError, ValueError):
            pass
    return numbers
