"""What the whole device and the role used from the start of the command to its end, however short it was.

The difference is what else ran there. It is read twice, so it costs nothing while the command runs.
"""
import time

from ..linux import TICKS_PER_S, KernelFile, Unavailable, reason_of
from .cpu import own_cpu_s

_BOOT_ID = '/proc/sys/kernel/random/boot_id'
#: The columns may add up to less than the time that passed, because busy time is counted in whole ticks.
_LEAST_SHARE = 0.5
_LEAST_TICKS = 4


class DeviceLoad(object):
    """Create it just before the command starts, and call `end` as soon as it has ended.

    A processor is busy while it is neither idle, nor waits for a disk, nor is taken away by a hypervisor. The kernel
    counts idle time exactly, where busy time is what ran at a clock tick: a program that runs for less than a tick may
    be missed, or counted as a whole one.
    """

    def __init__(self, instruments, tree, reaped, path='/proc/stat', boot_id=_BOOT_ID):
        self._instruments = instruments
        self._tree = tree
        self._reaped = reaped
        self._boot_id = _text(boot_id)
        self._record = {'boot_id': self._boot_id, 'reason': 'the command was not started'}
        self._reason = None
        try:
            self._file = KernelFile(path)
            self._before = self._read()
        except (Unavailable, OSError, ValueError, IndexError, KeyError) as error:
            self._reason = reason_of(error)

    def end(self):
        """Reads the counters again."""
        if self._reason is not None:
            self._record['reason'] = self._reason
            return
        try:
            now, before = self._read(), self._before
            seconds = now.monotonic_s - before.monotonic_s
            self._record = {
                'boot_id': self._boot_id,
                'seconds': round(seconds, 6),
                'cores': now.cores,
                'device_cpu_s': round(busy_s(before, now), 6),
                'role_cpu_s': round(max(0.0, now.role_s - before.role_s), 6),
                'wrapper_cpu_s': round(max(0.0, now.wrapper_s - before.wrapper_s), 6),
                'resolution_s': 1.0 / TICKS_PER_S,
                'ended_monotonic_s': round(now.monotonic_s, 6),
                'ended_quiet_s': round(now.quiet_s, 2),
            }
            if not self._instruments.cgroup.cpu:
                # Children that nobody waits for (SIGCHLD ignored) are lost between two scans.
                self._record['role_cpu_at_least'] = True
        except (Unavailable, OSError, ValueError, IndexError, KeyError) as error:
            self._record['reason'] = reason_of(error)

    def record(self):
        """For exit.json: the readings, or the reason why there are none."""
        return self._record

    def _read(self):
        wrapper_s = sum(own_cpu_s()) + self._instruments.helpers_cpu_s()
        cgroup = self._instruments.cgroup.cpu
        if cgroup:
            role_s = cgroup.total_s() - wrapper_s
        else:
            self._tree.scan()
            role_s = self._reaped.cpu_s + self._tree.sums()[0] / TICKS_PER_S
        return Reading(self._file.data(), time.monotonic(), role_s, wrapper_s)


class Reading(object):
    """The counters at one moment: seconds since boot, summed over all processors, and processors that are online."""

    __slots__ = ('monotonic_s', 'role_s', 'wrapper_s', 'cores', 'busy_s', 'quiet_s')

    def __init__(self, data, monotonic_s, role_s=0.0, wrapper_s=0.0):
        lines = data.split(b'\n')
        words = lines[0].split()
        if len(words) < 9 or words[0] != b'cpu':
            raise Unavailable('/proc/stat does not start with the times of all processors')
        user, nice, system, idle, iowait, irq, softirq, steal = [int(word) / TICKS_PER_S for word in words[1:9]]
        self.cores = sum(line.startswith(b'cpu') for line in lines) - 1
        self.busy_s = user + nice + system + irq + softirq
        self.quiet_s = idle + iowait + steal
        self.monotonic_s = monotonic_s
        self.role_s = role_s
        self.wrapper_s = wrapper_s


def busy_s(before, now):
    """CPU seconds that all processors were busy between two readings; raises Unavailable if the counters contradict."""
    if before.cores != now.cores or now.cores == 0:
        raise Unavailable('processors were added or taken away while the command ran')
    whole_s = (now.monotonic_s - before.monotonic_s) * now.cores
    quiet_s = now.quiet_s - before.quiet_s
    counted_s = quiet_s + now.busy_s - before.busy_s
    if counted_s < _LEAST_SHARE * whole_s - _LEAST_TICKS * now.cores / TICKS_PER_S:
        raise Unavailable('/proc/stat does not count the time of all processors')
    return max(0.0, whole_s - quiet_s)


def _text(path):
    try:
        return KernelFile(path).text().strip() or None
    except OSError:
        return None
