"""A file per sensor of this machine, each with find(look): the sensor, or Unavailable with the reason.

A sensor is a probe (`metrics`, `every_s`, read(row, now_s)), or has `rails`, `every_s` and readings() (see power.py), or both.
metrics.json lists them: a new sensor is a file here and a line there.
"""
from importlib import import_module

from ..linux import Absent, Unavailable, reason_of
from ._power import Energy, PowerProbe


class Sensors(object):
    """What was found: `probes` for the sampler, `energy` of all rails, and by metric why there is none: `refused` where
    something is there that cannot be read, `absent` where nothing is."""

    def __init__(self, probes, energy, refused, absent):
        self.probes = probes
        self.energy = energy
        self.refused = refused
        self.absent = absent

    def reason(self, metric):
        """Why no sensor reads a metric; None when one does."""
        return self.refused.get(metric) or self.absent.get(metric)


def each_sensor(declared, look):
    """(name, metrics, sensor, why not) for every sensor of the table, looked for in its order."""
    for entry in declared:
        try:
            sensor, error = import_module('.' + entry['name'], __package__).find(look), None
            look.found.add(entry['name'])
        except (Unavailable, OSError, ValueError, KeyError) as fault:
            sensor, error = None, fault
        yield entry['name'], entry['metrics'], sensor, error


def find_sensors(declared, look):
    """Looks for every sensor of the table; one that cannot be read is a reason and no fault."""
    probes, power, refused, absent = [], [], {}, {}
    for name, metrics, sensor, error in each_sensor(declared, look):
        if error is not None:
            reasons = absent if isinstance(error, Absent) else refused
            for metric in metrics:
                reasons.setdefault(metric, []).append('{}: {}'.format(name, reason_of(error)))
            continue
        if hasattr(sensor, 'rails'):
            power.append(PowerProbe(sensor))
        if hasattr(sensor, 'read'):
            probes.append(sensor)
    found = {metric for probe in probes + power for metric in probe.metrics}
    refused = {metric: '; '.join(why) for metric, why in refused.items() if metric not in found}
    absent = {metric: '; '.join(why) for metric, why in absent.items() if metric not in found and metric not in refused}
    return Sensors(probes + power, Energy(power, refused.get('power_w') or absent.get('power_w')), refused, absent)
