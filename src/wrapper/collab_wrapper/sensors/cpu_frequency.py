"""Clock of the processors, from cpufreq (Documentation/admin-guide/pm/cpufreq.rst)."""
from ..linux import Absent, KernelFile, Unavailable
from ._look import series_name

_FOLDER = 'sys/devices/system/cpu/cpufreq'


def find(look):
    """A reader for each policy, which is a group of cores with one clock."""
    policies = []
    for name in look.names(_FOLDER):
        if name.startswith('policy'):
            try:
                file = KernelFile(look.path(_FOLDER, name, 'scaling_cur_freq'))
            except OSError:
                continue
            cores = len((look.text(_FOLDER, name, 'related_cpus') or name).split())
            policies.append((series_name('cpu_frequency_mhz', name), cores, file))
    if not policies:
        raise Absent('no processor clock in /' + _FOLDER)
    return CpuFrequency(policies)


class CpuFrequency(object):
    """cpu_frequency_mhz: the mean over all cores, and that of each policy if there are several."""

    metrics = ('cpu_frequency_mhz',)
    every_s = 1.0

    def __init__(self, policies):
        self._policies = policies

    def read(self, row, _now_s):
        """MHz now. A policy whose cores are all offline has none; raises Unavailable if no policy has any."""
        total = cores = 0
        for name, count, file in self._policies:
            try:
                mhz = file.number() / 1000.0
            except (OSError, ValueError):
                continue
            total += mhz * count
            cores += count
            if len(self._policies) > 1:
                row[name] = round(mhz, 1)
        if cores == 0:
            raise Unavailable('no cpufreq policy reports its clock')
        row['cpu_frequency_mhz'] = round(total / cores, 1)
