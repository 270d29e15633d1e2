"""Power that batteries supply while the device runs on them (Documentation/power/power_supply_class.rst)."""
from ..linux import Absent, KernelFile, Unavailable
from ._power import BATTERY, Rail

_FOLDER = 'sys/class/power_supply'
#: In uW; else in uA and uV.
_SOURCES = (('power_now',), ('current_now', 'voltage_now'))


def find(look):
    """All batteries of the device that report their discharge; together they supply it."""
    batteries = []
    for name in look.names(_FOLDER):
        if look.text(_FOLDER, name, 'type') == 'Battery' and look.text(_FOLDER, name, 'scope') != 'Device':
            files = look.names(_FOLDER, name)
            needed = next((one for one in _SOURCES if all(file in files for file in one)), None)
            if needed is not None:
                status = KernelFile(look.path(_FOLDER, name, 'status'))
                batteries.append((status, [KernelFile(look.path(_FOLDER, name, file)) for file in needed]))
    if not batteries:
        raise Absent('no battery in /{} reports its power'.format(_FOLDER))
    return BatteryPower(batteries)


class BatteryPower(object):
    """Watts out of the batteries; none while they are charging or full and the device runs on its power supply."""

    every_s = 1.0
    rails = [Rail('battery', 'power_supply: discharge of the battery', BATTERY)]

    def __init__(self, batteries):
        self._batteries = batteries

    def readings(self):
        """[watts] now; raises Unavailable while no battery is discharging."""
        watts = 0.0
        used = False
        for status, files in self._batteries:
            if status.text().strip() == 'Discharging':
                values = [abs(file.number()) for file in files]
                watts += values[0] / 1e6 if len(values) == 1 else values[0] * values[1] / 1e12
                used = True
        if not used:
            raise Unavailable('the battery is not discharging: the device runs on its power supply')
        return [watts]
