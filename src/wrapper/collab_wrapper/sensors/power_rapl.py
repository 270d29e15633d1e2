"""Energy counters of Intel and AMD processors (RAPL), by powercap (Documentation/power/powercap/powercap.rst)."""
from ..linux import Absent, KernelFile, Unavailable
from ._power import BOARD, Rail

_FOLDER = 'sys/class/powercap'
_ROOT_ONLY = (
    '/sys/class/powercap/{}/energy_uj: Permission denied (readable by root only since Linux 5.10; on the device: '
    'sudo chmod a+r /sys/class/powercap/intel-rapl*/energy_uj)')


def find(look):
    """Packages, their memory, and the whole platform (psys) if the machine has it."""
    zones, refused = [], None
    for zone in look.names(_FOLDER):
        name = look.text(_FOLDER, zone, 'name')
        if not zone.startswith('intel-rapl:') or name is None or (zone.count(':') > 1 and name != 'dram'):
            continue  # core and uncore are part of their package
        if name == 'dram':
            name = 'dram-' + zone.split(':')[1]
        try:
            counter = KernelFile(look.path(_FOLDER, zone, 'energy_uj'))
            counter.number()
        except PermissionError:
            refused = _ROOT_ONLY.format(zone)
            continue
        except (OSError, ValueError):
            continue
        wraps_at = look.number(_FOLDER, zone, 'max_energy_range_uj')
        rank = BOARD if name == 'psys' else None
        zones.append(_Zone(Rail(name, 'RAPL energy_uj of ' + name, rank, counter=True), counter, wraps_at))
    if not zones:
        raise Unavailable(refused) if refused else Absent('no RAPL zone in /' + _FOLDER)
    return RaplPower(zones)


class RaplPower(object):
    """Joules of each zone, from a counter of the processor that is exact over any period."""

    every_s = 1.0

    def __init__(self, zones):
        self._zones = zones
        self.rails = [zone.rail for zone in zones]

    def readings(self):
        """Joules so far of each zone, None for one that cannot be read."""
        return [zone.joules() for zone in self._zones]


class _Zone(object):
    def __init__(self, rail, counter, wraps_at):
        self.rail = rail
        self._counter = counter
        self._wraps_at = wraps_at
        self._last = self._rounds = 0

    def joules(self):
        try:
            now = self._counter.number()
        except (OSError, ValueError):
            return None
        if now < self._last:
            self._rounds += 1
        self._last = now
        return (self._rounds * self._wraps_at + now) / 1e6
