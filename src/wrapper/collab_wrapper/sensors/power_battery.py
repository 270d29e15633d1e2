"""What the batteries give, while the device runs on them."""
from ..linux import Absent, KernelFile, Unavailable
from ._power import BATTERY, Rail

_FOLDER = 'sys/class/power_supply'


def find(look):
    """All batteries that say how fast they are emptied; together they feed the device."""
    batteries = []
    for name in look.names(_FOLDER):
        if look.text(_FOLDER, name, 'type') == 'Battery' and look.text(_FOLDER, name, 'scope') != 'Device':
            files = look.names(_FOLDER, name)
            wanted = [one for one in (('power_now',), ('current_now', 'voltage_now')) if all(file in files for file in one)]
            if wanted:
                status = KernelFile(look.path(_FOLDER, name, 'status'))
                batteries.append((status, [KernelFile(look.path(_FOLDER, name, file)) for file in wanted[0]]))
    if not batteries:
        raise Absent('no battery in /{} tells its power'.format(_FOLDER))
    return BatteryPower(batteries)


class BatteryPower(object):
    """Watts out of the batteries; none while they are charged or full, when the device is fed by its supply."""

    every_s = 1.0
    rails = [Rail('battery', 'power_supply: discharge of the battery', BATTERY)]

    def __init__(self, batteries):
        self._batteries = batteries

    def readings(self):
        """Watts now; raises Unavailable while no battery is discharged."""
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
