"""The totals of exit.json: measured, estimated or unavailable, and from where or why."""


class Totals(object):
    """Collects one entry for each total of the table, and for parts of them (`network_sent_bytes.eth0`)."""

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
        """All totals in the table's order, each with its parts behind it; what nobody set is unavailable with the reason
        `otherwise`."""
        ordered = {}
        for name in self._metrics.totals:
            if name not in self._entries:
                self.unavailable(name, otherwise)
            ordered[name] = self._entries[name]
            for part in sorted(self._entries):
                if part.startswith(name + '.'):
                    ordered[part] = self._entries[part]
        return ordered
