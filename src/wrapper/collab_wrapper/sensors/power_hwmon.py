"""Power by hwmon: INA3221 of a Jetson (volts and amperes), INA219 and its kind on hats, any chip that tells watts."""
import os

from ..linux import Absent, KernelFile
from ._boards import rails_of_board, with_sum
from ._power import BOARD, GUESS, Rail

_CHIPS = 'sys/class/hwmon'
_ON_HATS = ('ina209', 'ina219', 'ina220', 'ina226', 'ina230', 'ina231', 'ina233', 'ina238', 'ina260')
_WHOLE = ('power_meter',)  # ACPI's, behind the power supply of a server
_HOW = 'taken for the supply of the whole device'


def find(look):
    """Every chip of hwmon that tells a power."""
    names, readers, others = [], [], []
    for chip in look.names(_CHIPS):
        kind = look.text(_CHIPS, chip, 'name') or chip
        if kind == 'ina3221':
            for channel in '123':
                label = look.text(_CHIPS, chip, 'in{}_label'.format(channel))
                reader = _volts_and_amperes(look, chip, channel)
                if label not in (None, '', 'NC') and reader:
                    names.append(label)
                    readers.append(reader)
        elif kind not in ('BAT0', 'BAT1') and not kind.startswith('BAT'):
            others.extend(_watts(look, chip, kind))
    if not readers and not others:
        raise Absent('no chip in /{} tells a power'.format(_CHIPS))
    rails, indices = rails_of_board(names, 'INA3221, hwmon: in_input x curr_input')
    return HwmonPower(rails, indices, readers, others)


class HwmonPower(object):
    """Watts of each rail."""

    every_s = 1.0

    def __init__(self, rails, indices, readers, others):
        self.rails = rails + [rail for rail, _ in others]
        self._indices = indices
        self._readers = readers
        self._others = [reader for _, reader in others]

    def readings(self):
        """Watts now, None for a channel that gives none."""
        return with_sum([_read(one) for one in self._readers], self._indices) + [_read(one) for one in self._others]


def _read(reader):
    try:
        return reader()
    except (OSError, ValueError):
        return None


def _volts_and_amperes(look, chip, channel):
    try:
        volts = KernelFile(look.path(_CHIPS, chip, 'in{}_input'.format(channel)))
        amperes = KernelFile(look.path(_CHIPS, chip, 'curr{}_input'.format(channel)))
    except OSError:
        return None
    return lambda: volts.number() * amperes.number() / 1e6


def _watts(look, chip, kind):
    files = look.names(_CHIPS, chip)
    for number in '1234':
        file = next((one for one in ('power{}_input'.format(number), 'power{}_average'.format(number)) if one in files), None)
        if file is None:
            continue
        try:
            microwatts = KernelFile(look.path(_CHIPS, chip, file))
        except OSError:
            continue
        label = look.text(_CHIPS, chip, 'power{}_label'.format(number))
        name = label or '-'.join([kind] + _bus_address(look, chip) + ([number] if number != '1' else []))
        rank, how = (GUESS, _HOW) if kind in _ON_HATS else (BOARD if kind in _WHOLE else None, None)
        yield Rail(name, '{}, hwmon {}'.format(kind, file), rank, how), lambda file=microwatts: file.number() / 1e6


def _bus_address(look, chip):
    """As in 1-0040, to tell two chips of a kind apart."""
    device = os.path.basename(os.path.realpath(look.path(_CHIPS, chip, 'device')))
    return [device] if device[:1].isdigit() and '-' in device else []
