"""Power of a Raspberry Pi 5: current and voltage of the rails of its power chip (`vcgencmd pmic_read_adc`)."""
from ..linux import Absent, Unavailable
from ._firmware import Firmware
from ._power import SUM, Rail

_COMMAND = 'pmic_read_adc'
_HOW = 'sum of the rails of the power chip: it lacks what the 5 V input supplies directly (USB, hats, losses)'


def find(look):
    """Asks once, to find out whether this Pi has such a chip."""
    firmware = Firmware(look)
    sensor = Pi5Power(lambda: firmware.ask(_COMMAND))
    try:
        sensor.readings()
    except Unavailable as reason:
        raise Absent(str(reason))
    return sensor


class Pi5Power(object):
    """Watts of all rails together."""

    every_s = 1.0
    rails = [Rail('pmic', 'firmware pmic_read_adc', SUM, _HOW)]

    def __init__(self, ask):
        self._ask = ask

    def readings(self):
        """[watts] now; raises Unavailable if the answer names no rail."""
        amperes, volts = {}, {}
        for line in self._ask().splitlines():
            words = line.split()
            if len(words) != 2 or '=' not in words[1]:
                continue
            value = words[1].split('=')[1]
            if words[0].endswith('_A') and value.endswith('A'):
                amperes[words[0][:-2]] = float(value[:-1])
            elif words[0].endswith('_V') and value.endswith('V'):
                volts[words[0][:-2]] = float(value[:-1])
        both = [amperes[name] * volts[name] for name in amperes if name in volts]
        if not both:
            raise Unavailable('the firmware reports no rails: {} needs a Raspberry Pi 5'.format(_COMMAND))
        return [sum(both)]
