"""Counters of a network namespace, from /proc/net/snmp and netstat (proc_net_snmp)."""


class NetCounters(object):
    """How much some counters of a table have grown since the creation; raises OSError, KeyError or ValueError.

    A table has two lines with the same first word: the names, and the values.
    """

    def __init__(self, path, table, names):
        self._path = path
        self._table = table
        self._names = names
        self._before = self._sum()

    def grown(self):
        """Sum over the counters."""
        return self._sum() - self._before

    def _sum(self):
        with open(self._path, 'rb') as file:
            lines = [line.split() for line in file]
        for names, values in zip(lines[::2], lines[1::2]):
            if names[0] == self._table:
                counts = dict(zip(names, values))
                return sum(int(counts[name]) for name in self._names)
        raise KeyError('{} in {}'.format(self._table.decode('ascii'), self._path))
