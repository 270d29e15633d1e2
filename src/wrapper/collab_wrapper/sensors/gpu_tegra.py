"""Load and clock of a Jetson's GPU, from sysfs. It has no memory of its own: it uses that of the board."""
from ..linux import Absent, KernelFile
from ._look import series_name

_PLACES = ('sys/devices', 'sys/devices/platform', 'sys/devices/platform/bus@0')
_CLOCKS = 'sys/class/devfreq'


def find(look):
    """The first GPU folder that has a load."""
    for place in _PLACES:
        for name in look.names(place):
            if name == 'gpu.0' or name.endswith('.gpu'):
                try:
                    return TegraGpu(KernelFile(look.path(place, name, 'load')), _clock(look))
                except OSError:
                    continue
    raise Absent('no load of a Jetson GPU below /sys/devices')


def _clock(look):
    for name in look.names(_CLOCKS):
        if name.endswith(('.gpu', '.gv11b', '.ga10b', '.gp10b', '.gm20b')) or name == 'gpu.0':
            try:
                return KernelFile(look.path(_CLOCKS, name, 'cur_freq'))
            except OSError:
                continue
    return None


class TegraGpu(object):
    """gpu_load_percent.gpu0 and, if there is a clock, gpu_frequency_mhz.gpu0."""

    every_s = 1.0

    def __init__(self, load, clock):
        self.metrics = ('gpu_load_percent',) if clock is None else ('gpu_load_percent', 'gpu_frequency_mhz')
        self._load = load
        self._clock = clock

    def read(self, row, _now_s):
        """Percent and MHz now. The kernel counts load in tenths of a percent and the clock in Hz."""
        row[series_name('gpu_load_percent', 'gpu0')] = self._load.number() / 10.0
        if self._clock is not None:
            row[series_name('gpu_frequency_mhz', 'gpu0')] = self._clock.number() / 1e6
