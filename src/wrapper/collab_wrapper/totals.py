"""The totals of exit.json: measured, estimated or unavailable, and from where or why."""
from .memory import peak_bytes, peak_process_bytes
from .network import SOURCE
from .unavailable import Unavailable, reason_of


class Totals(object):
    """Collects one entry for each total of the table."""

    def __init__(self, metrics):
        self._metrics = metrics
        self._entries = {}

    def value(self, name, value, source, exact=True):
        """A total that was read, or estimated."""
        kind = 'measured' if exact else 'estimated'
        self._entries[name] = {'value': value, 'unit': self._metrics.unit(name), 'kind': kind, 'source': source}

    def unavailable(self, name, reason):
        """A total that could not be read."""
        unit = self._metrics.unit(name)
        self._entries[name] = {'value': None, 'unit': unit, 'kind': 'unavailable', 'reason': reason}

    def entries(self, otherwise):
        """All totals in the table's order; what nobody set is unavailable with the reason `otherwise`."""
        for name in self._metrics.totals:
            if name not in self._entries:
                self.unavailable(name, otherwise)
        return {name: self._entries[name] for name in self._metrics.totals}


def measure_totals(totals, wall_s, cpu_account, cgroup, network, network_reason, floor_bytes, left_over):
    """Fills `totals` after the command's end; `left_over` is how many of its processes could not be ended."""
    totals.value('wall_s', round(wall_s, 6), 'CLOCK_MONOTONIC')
    survived = '{} processes of the role could not be ended'.format(left_over)

    def cpu():
        if left_over and cpu_account.needs_all_reaped:
            raise Unavailable(survived)
        user_s, system_s = cpu_account.user_system_s()
        totals.value('cpu_user_s', round(user_s, 6), cpu_account.source)
        totals.value('cpu_system_s', round(system_s, 6), cpu_account.source)

    def memory():
        totals.value('memory_peak_bytes', *peak_bytes(cgroup))

    def memory_process():
        if left_over:
            raise Unavailable(survived)
        totals.value('memory_peak_process_bytes', *peak_process_bytes(floor_bytes))

    def bytes_sent():
        if network is None:
            raise Unavailable(network_reason)
        network.update()
        totals.value('network_received_bytes', network.received_bytes, SOURCE)
        totals.value('network_sent_bytes', network.sent_bytes, SOURCE)

    for names, measure in (
            (('cpu_user_s', 'cpu_system_s'), cpu),
            (('memory_peak_bytes',), memory),
            (('memory_peak_process_bytes',), memory_process),
            (('network_received_bytes', 'network_sent_bytes'), bytes_sent)):
        try:
            measure()
        except (Unavailable, OSError, ValueError, KeyError) as error:
            for name in names:
                totals.unavailable(name, reason_of(error))
