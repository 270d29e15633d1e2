"""The totals of exit.json: each is measured, estimated or unavailable, with its source or the reason."""


class Totals(object):
    """Collects an entry for each total of metrics.json, and for parts of totals (`network_sent_bytes.eth0`)."""

    def __init__(self, metrics):
        self._metrics = metrics
        self._entries = {}

    def value(self, name, value, source, exact=True):
        """Sets a total that was measured, or estimated unless `exact`."""
        kind = 'measured' if exact else 'estimated'
        self._entries[name] = {'value': value, 'unit': self._metrics.unit(name), 'kind': kind, 'source': source}

    def unavailable(self, name, reason):
        """Sets the reason why a total could not be read."""
        unit = self._metrics.unit(name)
        self._entries[name] = {'value': None, 'unit': unit, 'kind': 'unavailable', 'reason': reason}

    def entries(self, otherwise):
        """{name: entry} of all totals in the order of metrics.json, each followed by its parts.

        A total that was not set is unavailable with the reason `otherwise`.
        """
        ordered = {}
        for name in self._metrics.totals:
            if name not in self._entries:
                self.unavailable(name, otherwise)
            ordered[name] = self._entries[name]
            for part in sorted(self._entries):
                if part.startswith(name + '.'):
                    ordered[part] = self._entries[part]
        return ordered
