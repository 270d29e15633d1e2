"""metrics.json, the table of metrics that the wrapper shares with the controller."""
import json
import os


class Metrics(object):
    """`totals`: their names in order. `sensors`: [{'name', 'metrics', 'description', 'host'}] in order."""

    def __init__(self, table):
        self.totals = [metric['name'] for metric in table['totals']]
        self.sensors = table['sensors']
        self._units = {metric['name']: metric['unit'] for metric in table['totals']}

    def unit(self, total):
        """Unit of a total or of a part of one (`energy_j.VDD_IN`)."""
        return self._units[total.split('.', 1)[0]]


def read_metrics(home):
    """Reads metrics.json from the folder of wrapper.py, where deliveries put it, or from src/logs of a source tree."""
    beside = os.path.join(home, 'metrics.json')
    path = beside if os.path.exists(beside) else os.path.join(home, '..', 'logs', 'records', 'metrics.json')
    with open(path, encoding='utf-8') as file:
        return Metrics(json.load(file))
