"""Power by iio: INA3221 as the older Jetson kernels (4.9) show it, INA219 as an iio device."""
from ..linux import Absent, KernelFile
from ._boards import rails_of_board, with_sum
from ._power import GUESS, Rail

_DEVICES = 'sys/bus/iio/devices'
_HOW = 'taken for the supply of the whole device'


def find(look):
    """Every iio device that tells a power."""
    names, readers, hats = [], [], []
    for device in look.names(_DEVICES):
        kind = look.text(_DEVICES, device, 'name') or ''
        for file in look.names(_DEVICES, device):
            if not file.startswith('in_power'):
                continue
            channel = file[len('in_power'):].split('_')[0]
            if file.endswith('_input'):
                label = look.text(_DEVICES, device, 'rail_name_' + channel)
                if label not in (None, '', 'NC'):
                    names.append(label)
                    readers.append((KernelFile(look.path(_DEVICES, device, file)), 1e-3))
            elif file.endswith('_raw'):
                scale = look.text(_DEVICES, device, file[:-len('raw')] + 'scale')
                if scale is not None:
                    rail = Rail('{}-{}'.format(kind, device), kind + ', iio ' + file, GUESS, _HOW)
                    hats.append((rail, KernelFile(look.path(_DEVICES, device, file)), float(scale) / 1000))
    if not readers and not hats:
        raise Absent('no device in /{} tells a power'.format(_DEVICES))
    rails, indices = rails_of_board(names, 'INA3221, iio in_power_input')
    return IioPower(rails, indices, readers, hats)


class IioPower(object):
    """Watts of each rail."""

    every_s = 1.0

    def __init__(self, rails, indices, readers, hats):
        self.rails = rails + [rail for rail, _, _ in hats]
        self._indices = indices
        self._readers = readers
        self._hats = [(file, watts) for _, file, watts in hats]

    def readings(self):
        """Watts now, None for a channel that gives none."""
        return with_sum(_watts(self._readers), self._indices) + _watts(self._hats)


def _watts(readers):
    readings = []
    for file, watts in readers:
        try:
            readings.append(file.number() * watts)
        except (OSError, ValueError):
            readings.append(None)
    return readings
