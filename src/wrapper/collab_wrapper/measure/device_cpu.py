"""CPU time of the whole device. Compared with the role's, it shows what else ran there."""
from ..linux import TICKS_PER_S, KernelFile, Unavailable

#: Positions in the first line of /proc/stat after the word cpu (proc(5)). A guest's time is part of user and nice.
_USER, _NICE, _SYSTEM, _IRQ, _SOFTIRQ = 0, 1, 2, 5, 6


class DeviceCpuProbe(object):
    """device_cpu_percent: busy time of all processors over the time between two readings; 100 is one core.

    Time that a hypervisor gave to others (steal) does not count.
    """

    metrics = ('device_cpu_percent',)
    every_s = 1.0
    #: Clock ticks of 10 ms are too coarse for shorter intervals.
    _SHORTEST_S = 0.2

    def __init__(self, path='/proc/stat'):
        self._file = KernelFile(path)
        self.restart()

    def restart(self):
        """The next reading is the first."""
        self._busy_ticks = self._read_busy_ticks()
        self._read_s = None

    def read(self, row, now_s):
        """Adds device_cpu_percent, except at the first reading; raises Unavailable or OSError."""
        if self._read_s is not None and now_s - self._read_s < self._SHORTEST_S:
            return
        before_s, before_ticks = self._read_s, self._busy_ticks
        self._busy_ticks, self._read_s = self._read_busy_ticks(), now_s
        if before_s is not None:
            used_s = max(0, self._busy_ticks - before_ticks) / TICKS_PER_S
            row['device_cpu_percent'] = round(100 * used_s / (now_s - before_s), 2)

    def _read_busy_ticks(self):
        words = self._file.data().split(b'\n', 1)[0].split()
        if len(words) < 8 or words[0] != b'cpu':
            raise Unavailable('/proc/stat does not start with the times of all processors')
        ticks = [int(word) for word in words[1:8]]
        return sum(ticks[place] for place in (_USER, _NICE, _SYSTEM, _IRQ, _SOFTIRQ))
