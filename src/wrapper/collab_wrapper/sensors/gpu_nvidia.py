"""NVIDIA GPUs by NVML, the library of the driver (NVML API Reference Guide)."""
import ctypes

from ..linux import Absent, Unavailable
from ._look import series_name
from ._power import Rail

_LIBRARIES = ('libnvidia-ml.so.1', '/usr/lib/wsl/lib/libnvidia-ml.so.1', '/usr/local/nvidia/lib64/libnvidia-ml.so.1')
_TEMPERATURE_GPU = 0
_CLOCK_GRAPHICS = 0


class _Memory(ctypes.Structure):
    _fields_ = [('total', ctypes.c_ulonglong), ('free', ctypes.c_ulonglong), ('used', ctypes.c_ulonglong)]


class _Utilization(ctypes.Structure):
    _fields_ = [('gpu', ctypes.c_uint), ('memory', ctypes.c_uint)]


def find(look):
    """All GPUs that the driver shows."""
    library = None
    for name in _LIBRARIES:
        try:
            library = look.load_library(name)
            break
        except OSError:
            continue
    if library is None:
        raise Absent('no NVIDIA driver library ({})'.format(_LIBRARIES[0]))
    _check(library.nvmlInit_v2(), 'nvmlInit')
    count = ctypes.c_uint()
    _check(library.nvmlDeviceGetCount_v2(ctypes.byref(count)), 'nvmlDeviceGetCount')
    if count.value == 0:
        raise Unavailable('the NVIDIA driver shows no GPU here')
    return NvidiaGpus(library, [_Gpu(library, index) for index in range(count.value)])


class NvidiaGpus(object):
    """Load, memory, clock, temperature and power of each GPU."""

    metrics = ('gpu_load_percent', 'gpu_memory_bytes', 'gpu_frequency_mhz')
    every_s = 1.0

    def __init__(self, library, gpus):
        self._library = library
        self._gpus = gpus
        self.rails = [gpu.rail for gpu in gpus]

    def read(self, row, _now_s):
        """Percent, bytes, MHz and degrees Celsius of each whole GPU, whoever uses it."""
        for gpu in self._gpus:
            gpu.read(row)

    def readings(self):
        """Joules so far or watts of each GPU, None if it does not answer."""
        return [gpu.power() for gpu in self._gpus]


class _Gpu(object):
    def __init__(self, library, index):
        self._library = library
        self._device = ctypes.c_void_p()
        _check(library.nvmlDeviceGetHandleByIndex_v2(index, ctypes.byref(self._device)), 'nvmlDeviceGetHandleByIndex')
        part = 'gpu{}'.format(index)
        self._load = series_name('gpu_load_percent', part)
        self._memory = series_name('gpu_memory_bytes', part)
        self._clock = series_name('gpu_frequency_mhz', part)
        self._degrees = series_name('temperature_c', part)
        self._counts = self._joules() is not None
        source = 'NVML total energy' if self._counts else 'NVML power usage'
        self.rail = Rail(part, '{} of GPU {}'.format(source, index), None, None, self._counts)

    def read(self, row):
        load, memory, value = _Utilization(), _Memory(), ctypes.c_uint()
        if self._library.nvmlDeviceGetUtilizationRates(self._device, ctypes.byref(load)) == 0:
            row[self._load] = load.gpu
        if self._library.nvmlDeviceGetMemoryInfo(self._device, ctypes.byref(memory)) == 0:
            row[self._memory] = memory.used
        if self._library.nvmlDeviceGetClockInfo(self._device, _CLOCK_GRAPHICS, ctypes.byref(value)) == 0:
            row[self._clock] = value.value
        if self._library.nvmlDeviceGetTemperature(self._device, _TEMPERATURE_GPU, ctypes.byref(value)) == 0:
            row[self._degrees] = float(value.value)

    def power(self):
        if self._counts:
            return self._joules()
        milliwatts = ctypes.c_uint()
        answer = self._library.nvmlDeviceGetPowerUsage(self._device, ctypes.byref(milliwatts))
        return milliwatts.value / 1000.0 if answer == 0 else None

    def _joules(self):
        """Energy since the driver was loaded; None before Volta."""
        millijoules = ctypes.c_ulonglong()
        answer = self._library.nvmlDeviceGetTotalEnergyConsumption(self._device, ctypes.byref(millijoules))
        return millijoules.value / 1000.0 if answer == 0 else None


def _check(answer, call):
    if answer != 0:
        raise Unavailable('{} of the NVIDIA driver failed with code {}'.format(call, answer))
