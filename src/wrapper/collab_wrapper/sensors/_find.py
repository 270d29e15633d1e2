"""Finding the sensors of this machine."""
from importlib import import_module

from ..linux import Absent, Unavailable, reason_of
from ._power import Energy, PowerProbe


class Sensors(object):
    """The sensors that were found: `probes` for the sampler and `energy` of all rails.

    Why a metric has no sensor: `refused` is {metric: reason} where a sensor exists that cannot be read, `absent` where
    none exists.
    """

    def __init__(self, probes, energy, refused, absent):
        self.probes = probes
        self.energy = energy
        self.refused = refused
        self.absent = absent

    def reason(self, metric):
        """Why no sensor reads a metric; None if one does."""
        return self.refused.get(metric) or self.absent.get(metric)


def each_sensor(declared, look):
    """Yields (name, metrics, sensor, error) for every sensor that metrics.json declares, in that order.

    One of `sensor` and `error` is None.
    """
    for entry in declared:
        try:
            sensor, error = import_module('.' + entry['name'], __package__).find(look), None
            look.found.add(entry['name'])
        except (Unavailable, OSError, ValueError, KeyError) as fault:
            sensor, error = None, fault
        yield entry['name'], entry['metrics'], sensor, error


def find_sensors(declared, look):
    """Finds every declared sensor, as Sensors. One that cannot be read gives a reason, not an error."""
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
