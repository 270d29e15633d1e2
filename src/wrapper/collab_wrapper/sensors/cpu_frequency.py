"""Clock of the processors, from cpufreq."""
from ..linux import Absent, KernelFile, Unavailable
from ._look import series_name

_FOLDER = 'sys/devices/system/cpu/cpufreq'


def find(look):
    """One reader for each policy: a group of cores with one clock."""
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
        raise Absent('no clock of a processor in /' + _FOLDER)
    return CpuFrequency(policies)


class CpuFrequency(object):
    """cpu_frequency_mhz: the mean over all cores, and of each policy where there are several."""

    metrics = ('cpu_frequency_mhz',)
    every_s = 1.0

    def __init__(self, policies):
        self._policies = policies

    def read(self, row, _now_s):
        """MHz now; a policy whose cores are all off has none."""
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
            raise Unavailable('no policy of cpufreq tells its clock')
        row['cpu_frequency_mhz'] = round(total / cores, 1)
