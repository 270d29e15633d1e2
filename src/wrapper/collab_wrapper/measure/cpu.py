"""CPU time of the role: a counter for the samples, and exact totals."""
import resource

from ..linux import TICKS_PER_S


def own_cpu_s():
    """(user, system) CPU seconds of the wrapper itself."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime, usage.ru_stime


#: Without a cgroup, the kernel adds the time of such a process to nobody.
UNWAITED = ('CPU of live processes and of those waited for; a process that nobody waits for (SIGCHLD ignored) may be '
            'missing: at least this much')
_WAIT4 = ('wait4 of the whole tree; a process that nobody waited for (SIGCHLD ignored) is not included: at least this '
          'much')
_PART = '/proc/<pid>/stat of live processes, in clock ticks of {:g} s, and wait4 of ended ones: at least this much'.format(
    1.0 / TICKS_PER_S)
_SEEN = 'wait4, and what samples saw of processes that nobody waited for (SIGCHLD ignored): at least this much'


class CpuProbe(object):
    """cpu_percent: increase of a CPU counter over the time between two readings; 100 is one core.

    `counter_s` is the CPU seconds since the probe was created, before the command starts, or since `restart`.
    """

    metrics = ('cpu_percent',)
    every_s = 0.0

    def __init__(self, cgroup_cpu, tree, reaped, interval_s, helpers_cpu_s=lambda: 0.0):
        self._cgroup_cpu = cgroup_cpu
        self._tree = tree
        self._reaped = reaped
        self._shortest_s = interval_s / 2
        self._helpers_cpu_s = helpers_cpu_s
        self.restart()

    def restart(self):
        """CPU used so far no longer counts."""
        self._lost_s = 0.0
        self._before = None
        self.counter_s = 0.0
        # A cgroup that the wrapper made does not have the time that the wrapper used before it moved there.
        self._began_s = 0.0
        self._began_s = self._cgroup_s() if self._cgroup_cpu else self._seen_s()

    def read(self, row, now_s):
        """Adds cpu_percent, except at the first reading and at one too close to the previous one.

        Over a short interval the counter's clock ticks would outweigh the usage.
        """
        if self._before is not None and now_s - self._before < self._shortest_s:
            return
        counter_s = self._cgroup_s() if self._cgroup_cpu else self._tree_s()
        counter_s = max(self.counter_s, counter_s)  # accounts of running tasks lag by a tick
        before, self._before = self._before, now_s
        used_s, self.counter_s = counter_s - self.counter_s, counter_s
        if before is not None:
            row['cpu_percent'] = round(100 * used_s / (now_s - before), 2)

    def estimated(self):
        """[(metric, how)] where no cgroup counts the processes that nobody waits for."""
        return [] if self._cgroup_cpu else [(metric, UNWAITED) for metric in self.metrics]

    def _cgroup_s(self):
        own_s = sum(own_cpu_s()) + self._helpers_cpu_s()  # before the cgroup, which then contains it
        return self._cgroup_cpu.total_s() - own_s - self._began_s

    def _tree_s(self):
        """CPU of live processes plus that of those waited for.

        A child that was reaped during the scan shows up in a second one. What is still missing then had a parent that
        did not wait for it.
        """
        now_s = self._lost_s + self._seen_s()
        if now_s < self.counter_s:
            self._tree.scan()
            now_s = self._lost_s + self._seen_s()
            if now_s < self.counter_s:
                self._lost_s += self.counter_s - now_s
        return now_s

    def _seen_s(self):
        return self._reaped.cpu_s + self._tree.sums()[0] / TICKS_PER_S - self._began_s


class CpuAccount(object):
    """Exact totals since it was created, before the command starts, or since `restart`.

    `usage` is the TreeUsage since then. `helpers_cpu_s()` is what the wrapper's helper processes used, which the cgroup also counts.
    """

    _UNWAITED_S = 0.05
    _UNWAITED_SHARE = 0.01

    def __init__(self, cgroup_cpu, usage, probe, helpers_cpu_s=lambda: 0.0):
        self._cgroup_cpu = cgroup_cpu
        self._usage = usage
        self._probe = probe
        self._helpers_cpu_s = helpers_cpu_s
        self.restart()

    def restart(self):
        """CPU used so far no longer counts."""
        self._before = self._others_s() if self._cgroup_cpu else None

    @property
    def needs_all_reaped(self):
        """Whether the totals are wrong while processes remain: wait4 reports only those that have ended."""
        return self._cgroup_cpu is None

    def user_system_s(self):
        """(user seconds, system seconds, source, exact) of the command's whole tree.

        The cgroup's total is exact. Its split is counted in clock ticks; if the command was too short for a tick, the
        split is that of wait4 and of live processes. Without a cgroup, wait4 misses a process whose parent did not wait for it (SIGCHLD
        ignored), and nobody can tell: what the samples saw of it is added, and the sum is an estimate in any case.
        """
        used = self._usage.since()
        user_s, system_s = used.user_s, used.system_s
        if not self._cgroup_cpu:
            if self._usage.began_late:
                return user_s, system_s, _PART, False
            missing_s = max(0.0, self._probe.counter_s - user_s - system_s)
            if missing_s <= max(self._UNWAITED_S, self._UNWAITED_SHARE * (user_s + system_s)):
                return user_s, system_s, _WAIT4, False
            share = user_s / (user_s + system_s) if user_s + system_s > 0 else 1.0
            return user_s + missing_s * share, system_s + missing_s * (1 - share), _SEEN, False
        total_s, in_user_s, in_system_s = _differences(self._others_s(), self._before)
        if in_user_s + in_system_s == 0:
            in_user_s, in_system_s = user_s, system_s
        share = in_user_s / (in_user_s + in_system_s) if in_user_s + in_system_s > 0 else 1.0
        return total_s * share, total_s * (1 - share), self._cgroup_cpu.source + ', without the wrapper', True

    def _others_s(self):
        """(total, user, system) of the cgroup without the wrapper."""
        own_user_s, own_system_s = own_cpu_s()
        helpers_s = self._helpers_cpu_s()
        total_s, user_s, system_s = self._cgroup_cpu.times_s()
        return total_s - own_user_s - own_system_s - helpers_s, user_s - own_user_s, system_s - own_system_s


def _differences(now, before):
    return tuple(max(0.0, one - other) for one, other in zip(now, before))
