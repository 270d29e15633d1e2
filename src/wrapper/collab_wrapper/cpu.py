"""CPU time of the role: a counter for the samples, and the exact totals."""
import resource

from .procfs import TICKS_PER_S


def own_cpu_s():
    """(user, system) CPU seconds of the wrapper itself."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime, usage.ru_stime


class CpuProbe(object):
    """cpu_percent: difference of a counter over the time between two readings; 100 is one core."""

    metrics = ('cpu_percent',)

    def __init__(self, cgroup_cpu, tree, interval_s):
        self._cgroup_cpu = cgroup_cpu
        self._tree = tree
        self._shortest_s = interval_s / 2
        self._counter_s = self._lost_s = 0.0
        self._before = None

    def read(self, processes, monotonic_s):
        """The first reading has no interval before it and gives nothing; nor does one that follows so closely on the
        one before that the counter's steps would tell more than the use."""
        if self._before is not None and monotonic_s - self._before < self._shortest_s:
            return {}
        now_s = self._cgroup_s() if self._cgroup_cpu else self._tree_s(processes)
        counter_s = max(self._counter_s, now_s)  # accounts of running tasks lag by a tick: never step back
        before, self._before = self._before, monotonic_s
        used_s, self._counter_s = counter_s - self._counter_s, counter_s
        if before is None:
            return {}
        return {'cpu_percent': round(100 * used_s / (monotonic_s - before), 2)}

    def _cgroup_s(self):
        own_s = sum(own_cpu_s())  # before the cgroup, which then contains it
        return self._cgroup_cpu.total_s() - own_s

    def _tree_s(self, processes):
        """CPU of what lives plus what was waited for. A child that was reaped during the scan is found by a second
        one; what is still missing had a parent that did not wait for it, and is lost to everyone."""
        now_s = self._lost_s + _tree_cpu_s(processes)
        if now_s < self._counter_s:
            now_s = self._lost_s + _tree_cpu_s(self._tree.scan())
            if now_s < self._counter_s:
                self._lost_s += self._counter_s - now_s
        return now_s


def _tree_cpu_s(processes):
    return sum(_children_s()) + sum(p.cpu_ticks for p in processes.values()) / TICKS_PER_S


class CpuAccount(object):
    """Exact totals: opened before the command starts, read when all its processes have ended."""

    def __init__(self, cgroup_cpu):
        self._cgroup_cpu = cgroup_cpu
        self._children_before = _children_s()
        self._others_before = self._others_s() if cgroup_cpu else None

    @property
    def source(self):
        """Where the totals come from."""
        if self._cgroup_cpu:
            return self._cgroup_cpu.source + ', without the wrapper'
        return 'wait4 (getrusage of all children)'

    @property
    def needs_all_reaped(self):
        """wait4 tells only of processes that have ended."""
        return self._cgroup_cpu is None

    def user_system_s(self):
        """(user, system) CPU seconds of the command's whole tree.

        The cgroup's total is exact. How it is split is counted in clock ticks, in the share that waited children had
        where the command was too short for a tick.
        """
        children_s = _differences(_children_s(), self._children_before)
        if not self._cgroup_cpu:
            return children_s
        total_s, user_s, system_s = _differences(self._others_s(), self._others_before)
        if user_s + system_s == 0:
            user_s, system_s = children_s
        share = user_s / (user_s + system_s) if user_s + system_s > 0 else 1.0
        return total_s * share, total_s * (1 - share)

    def _others_s(self):
        """(total, user, system) of the cgroup without the wrapper."""
        own_user_s, own_system_s = own_cpu_s()
        total_s, user_s, system_s = self._cgroup_cpu.times_s()
        return total_s - own_user_s - own_system_s, user_s - own_user_s, system_s - own_system_s


def _children_s():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime, usage.ru_stime


def _differences(now, before):
    return tuple(max(0.0, one - other) for one, other in zip(now, before))
