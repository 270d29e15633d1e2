"""The table of metrics, which the wrapper shares with the controller."""
import json
import os


class Metrics(object):
    """Units by metric, and the names in the table's order."""

    def __init__(self, table):
        self.samples = [metric['name'] for metric in table['samples']]
        self.totals = [metric['name'] for metric in table['totals']]
        self._units = {metric['name']: metric['unit'] for metric in table['totals']}

    def unit(self, total):
        """Unit of a total."""
        return self._units[total]


def read_metrics(home):
    """Reads metrics.json beside wrapper.py, or in the source tree that of the neighbour `logs`."""
    beside = os.path.join(home, 'metrics.json')
    path = beside if os.path.exists(beside) else os.path.join(home, '..', 'logs', 'metrics.json')
    with open(path, encoding='utf-8') as file:
        return Metrics(json.load(file))
