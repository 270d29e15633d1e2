"""NVIDIA GPUs by nvidia-smi, where the library cannot be loaded: one process that prints a line per GPU each second."""
import os

from ..linux import Absent, Unavailable
from ._look import series_name
from ._power import Rail

_FIELDS = ('index', 'utilization.gpu', 'memory.used', 'clocks.gr', 'temperature.gpu', 'power.draw')
_SERIES = ('gpu_load_percent', 'gpu_memory_bytes', 'gpu_frequency_mhz', 'temperature_c')
_MIB = 1 << 20


def find(look):
    """Starts nvidia-smi if gpu_nvidia did not find the library."""
    if 'gpu_nvidia' in look.found:
        raise Absent('the driver\'s library is read instead')
    folders = os.environ.get('PATH', '').split(os.pathsep)
    program = next((path for path in (look.path(folder.lstrip('/'), 'nvidia-smi') for folder in folders)
                    if os.access(path, os.X_OK)), None)
    if program is None:
        raise Absent('no nvidia-smi in PATH')
    words = [program, '--query-gpu=' + ','.join(_FIELDS), '--format=csv,noheader,nounits', '-l', '1']
    return NvidiaSmi(look.start_helper(words))


class NvidiaSmi(object):
    """Load, memory, clock and temperature of each GPU, and power of the first, from its newest line."""

    metrics = ('gpu_load_percent', 'gpu_memory_bytes', 'gpu_frequency_mhz')
    every_s = 1.0

    def __init__(self, helper):
        self._helper = helper
        self._watts = None
        self.rails = [Rail('gpu0', 'nvidia-smi power.draw of GPU 0')]

    def read(self, row, _now_s):
        """Percent, bytes, MHz and degrees Celsius of each whole GPU; nothing if there is no new line."""
        lines = self._helper.lines()
        if not lines and self._helper.end is not None:
            raise Unavailable(self._helper.end)
        for line in lines:
            words = [word.strip() for word in line.split(',')]
            if len(words) != len(_FIELDS) or not words[0].isdigit():
                continue
            for metric, text in zip(_SERIES, words[1:5]):
                value = _number(text)
                if value is not None:
                    row[series_name(metric, 'gpu' + words[0])] = value * _MIB if metric == 'gpu_memory_bytes' else value
            if words[0] == '0':
                self._watts = _number(words[5])

    def readings(self):
        """Watts of the first GPU from the last line; None if there is no new one."""
        watts, self._watts = self._watts, None
        return [watts]


def _number(text):
    try:
        value = float(text)
    except ValueError:
        return None  # [N/A], [Not Supported]
    return int(value) if value == int(value) else value
