"""The table of metrics, which the wrapper shares with the controller."""
import json
import os


class Metrics(object):
    """Units by total, the names in the table's order, and the sensors that it lists."""

    def __init__(self, table):
        self.samples = [metric['name'] for metric in table['samples']]
        self.totals = [metric['name'] for metric in table['totals']]
        self.asked_for = {metric['name']: metric['asked_for'] for metric in table['totals'] if 'asked_for' in metric}
        self.sensors = table['sensors']
        self._units = {metric['name']: metric['unit'] for metric in table['totals']}

    def unit(self, total):
        """Unit of a total, or of its part (`energy_j.VDD_IN`)."""
        return self._units[total.split('.', 1)[0]]


def read_metrics(home):
    """Reads metrics.json beside wrapper.py, or in the source tree that of `logs/records`."""
    beside = os.path.join(home, 'metrics.json')
    path = beside if os.path.exists(beside) else os.path.join(home, '..', 'logs', 'records', 'metrics.json')
    with open(path, encoding='utf-8') as file:
        return Metrics(json.load(file))
