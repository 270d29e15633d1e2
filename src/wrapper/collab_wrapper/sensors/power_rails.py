"""Power of rails in sysfs: INA3221 of a Jetson, INA219 and similar chips, and any chip that reports watts.

Newer kernels show these chips by hwmon (Documentation/hwmon/ina3221.rst, sysfs-interface.rst), the older Jetson
kernels (4.9) by iio (Documentation/ABI/testing/sysfs-bus-iio).
"""
import os

from ..linux import Absent, KernelFile, Unavailable, reason_of
from ._power import BOARD, GUESS, SUM, Rail

_HWMON = 'sys/class/hwmon'
_IIO = 'sys/bus/iio/devices'

#: Labels of the rail behind the power input: Orin NX and Nano, Xavier NX; TX1 and TX2; Nano.
_INPUTS = ('VDD_IN', 'VIN', 'POM_5V_IN', 'VDD_5V_IN', '5V_IN')
#: Boards without such a rail: the rails that add up to nearly all, from NVIDIA's Jetson Linux Developer Guide.
_SUMS = (
    ('GPU', 'CPU', 'SOC', 'CV', 'VDDRQ', 'SYS5V'),  # AGX Xavier
    ('VDD_GPU_SOC', 'VDD_CPU_CV', 'VIN_SYS_5V0', 'VDDQ_VDD2_1V8AO'),  # AGX Orin
)
_NOT_CONNECTED = (None, '', 'NC')
#: Chips that people put between a power supply and a board.
_ON_HATS = ('ina209', 'ina219', 'ina220', 'ina226', 'ina230', 'ina231', 'ina233', 'ina238', 'ina260')
_ON_HATS_HOW = 'taken for the supply of the whole device'
_ACPI_POWER_METER = 'power_meter'  # behind the power supply of a server


def find(look):
    """Every rail of hwmon and iio. Raises Absent if there is none, Unavailable if none of them may be read."""
    found = _Found(look)
    found.take_hwmon()
    found.take_iio()
    if not found.channels:
        if found.refused:
            raise Unavailable('; '.join(found.refused))
        raise Absent('no chip in /{} and no device in /{} reports a power'.format(_HWMON, _IIO))
    return RailPower(found.channels, found.sums)


class RailPower(object):
    """Watts of each rail. `channels` is [(Rail, read)], `sums` is [(Rail, indices of channels)]."""

    every_s = 1.0

    def __init__(self, channels, sums):
        self._reads = [read for _, read in channels]
        self._sums = [indices for _, indices in sums]
        self.rails = [rail for rail, _ in channels + sums]

    def readings(self):
        """Watts of each rail now. None for a channel that cannot be read, and for a sum with such a part."""
        watts = [_value_or_none(read) for read in self._reads]
        for indices in self._sums:
            parts = [watts[index] for index in indices]
            watts.append(None if None in parts else sum(parts))
        return watts


class _Found(object):
    """Channels and sums found so far, and why others could not be opened."""

    def __init__(self, look):
        self._look = look
        self.channels = []
        self.sums = []
        self.refused = []

    def take_hwmon(self):
        """Chips of hwmon: in_input is in mV, curr_input in mA, power_input and power_average in uW."""
        board = []
        for chip in self._look.names(_HWMON):
            kind = self._look.text(_HWMON, chip, 'name') or chip
            if kind == 'ina3221':
                for number in '123':
                    label = self._look.text(_HWMON, chip, 'in{}_label'.format(number))
                    if label not in _NOT_CONNECTED:
                        volts = self._open(_HWMON, chip, 'in{}_input'.format(number))
                        amperes = self._open(_HWMON, chip, 'curr{}_input'.format(number))
                        if volts and amperes:
                            board.append((label, _product(volts, amperes)))
            elif not kind.startswith('BAT'):  # power_battery reads batteries
                self._take_watts(chip, kind)
        self._take_board(board, 'INA3221, hwmon: in_input x curr_input')

    def take_iio(self):
        """Devices of iio: in_power_input is in mW, in_power_raw in units of in_power_scale mW."""
        board = []
        for device in self._look.names(_IIO):
            kind = self._look.text(_IIO, device, 'name') or ''
            for name in self._look.names(_IIO, device):
                if not name.startswith('in_power'):
                    continue
                if name.endswith('_input'):
                    channel = name[len('in_power'):].split('_')[0]
                    label = self._look.text(_IIO, device, 'rail_name_' + channel)
                    file = None if label in _NOT_CONNECTED else self._open(_IIO, device, name)
                    if file:
                        board.append((label, _scaled(file, 1e-3)))
                elif name.endswith('_raw'):
                    scale = _number_or_none(self._look.text(_IIO, device, name[:-len('raw')] + 'scale'))
                    file = None if scale is None else self._open(_IIO, device, name)
                    if file:
                        rail = Rail('{}-{}'.format(kind, device), kind + ', iio ' + name, GUESS, _ON_HATS_HOW)
                        self.channels.append((rail, _scaled(file, scale / 1000)))
        self._take_board(board, 'INA3221, iio in_power_input')

    def _take_watts(self, chip, kind):
        files = self._look.names(_HWMON, chip)
        for number in '1234':
            names = ['power{}_input'.format(number), 'power{}_average'.format(number)]
            name = next((one for one in names if one in files), None)
            file = None if name is None else self._open(_HWMON, chip, name)
            if file:
                label = self._look.text(_HWMON, chip, 'power{}_label'.format(number))
                source = '{}, hwmon {}'.format(kind, name)
                rail = Rail(label or self._chip_name(chip, kind, number), source)
                if kind in _ON_HATS:
                    rail.rank, rail.how = GUESS, _ON_HATS_HOW
                elif kind == _ACPI_POWER_METER:
                    rail.rank = BOARD
                self.channels.append((rail, _scaled(file, 1e-6)))

    def _take_board(self, board, source):
        """The labeled rails of a board, and their sum if the board has no rail behind its power input."""
        first = len(self.channels)
        labels = [label for label, _ in board]
        for label, read in board:
            self.channels.append((Rail(label, source, BOARD if label in _INPUTS else None), read))
        for group in _SUMS:
            if all(label in labels for label in group):
                how = 'sum of {}: it lacks what is on no rail'.format(', '.join(group))
                indices = [first + labels.index(label) for label in group]
                self.sums.append((Rail('sum', source, SUM, how), indices))
                return

    def _chip_name(self, chip, kind, number):
        """As in ina219-1-0040-2: kind, bus address if there is one, and the channel unless it is the first."""
        parts = [kind]
        device = os.path.basename(os.path.realpath(self._look.path(_HWMON, chip, 'device')))
        if device[:1].isdigit() and '-' in device:
            parts.append(device)
        if number != '1':
            parts.append(number)
        return '-'.join(parts)

    def _open(self, *parts):
        try:
            return KernelFile(self._look.path(*parts))
        except FileNotFoundError:
            return None
        except OSError as error:
            self.refused.append(reason_of(error))
            return None


def _scaled(file, factor):
    return lambda: file.number() * factor


def _product(volts, amperes):
    return lambda: volts.number() * amperes.number() / 1e6


def _number_or_none(text):
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _value_or_none(read):
    try:
        return read()
    except (OSError, ValueError):
        return None
