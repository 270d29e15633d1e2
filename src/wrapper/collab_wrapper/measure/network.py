"""Bytes through the role's network namespace, from /proc/net/dev (proc(5))."""
from ..linux import KernelFile

SHARED = 'counted in the network namespace that the role shares with its host: it includes bytes of other programs'
SOURCE = ('/proc/net/dev of the role\'s own network namespace: frames as the kernel hands them over, where a merged packet '
          '(GSO, GRO) counts its headers once')


class Network(object):
    """Counts bytes of each interface from its creation, or `restart`, on. A shared namespace is counted as a whole.

    `interfaces` is {name: (received, sent)}; `own` is whether the namespace is the role's own.
    """

    def __init__(self, own, path='/proc/self/net/dev'):
        self.own = own
        self._file = KernelFile(path)
        self.restart()

    def restart(self):
        """Bytes so far no longer count."""
        self._lines = _lines(self._file.data())
        self._before = {name: _counters(line) for name, line in self._lines.items()}
        self.interfaces = {}
        self._data = None
        self._without_lo = 0, 0

    def update(self):
        """Adds the bytes since the last update. An interface that was recreated counts from zero."""
        data = self._file.data()
        if data == self._data:
            return
        self._data = data
        lines = _lines(data)
        for name, line in lines.items():
            if line == self._lines.get(name) and name in self.interfaces:
                continue
            before = self._before.get(name, (0, 0)) if name in self._lines else (0, 0)
            now = self._before[name] = _counters(line)
            received, sent = self.interfaces.get(name, (0, 0))
            received += now[0] - before[0] if now[0] >= before[0] else now[0]
            sent += now[1] - before[1] if now[1] >= before[1] else now[1]
            self.interfaces[name] = received, sent
        self._lines = lines
        others = [counters for name, counters in self.interfaces.items() if name != 'lo']
        self._without_lo = sum(received for received, _ in others), sum(sent for _, sent in others)

    def packets(self):
        """{interface: (received, sent)} packets so far, as the kernel hands them over."""
        counted = {}
        for name, line in _lines(self._file.data()).items():
            fields = line.split(None, 10)
            counted[name] = int(fields[1]), int(fields[9])
        return counted

    def received_and_sent_bytes(self):
        """(received, sent) of all interfaces except lo, as of the last update."""
        return self._without_lo


class NetworkProbe(object):
    """network_received_bytes, network_sent_bytes: since the role started, without lo."""

    metrics = ('network_received_bytes', 'network_sent_bytes')
    every_s = 0.0

    def __init__(self, network):
        self._network = network

    def read(self, row, _now_s):
        """Bytes since the start."""
        self._network.update()
        row['network_received_bytes'], row['network_sent_bytes'] = self._network.received_and_sent_bytes()

    def estimated(self):
        """[(metric, how)] of metrics that are not an exact count of the role."""
        return [] if self._network.own else [(metric, SHARED) for metric in self.metrics]


def _lines(data):
    """{interface: rest of its line} of /proc/net/dev."""
    lines = {}
    for line in data.split(b'\n')[2:]:
        name, separator, counters = line.partition(b':')
        if separator:
            lines[name.strip().decode('ascii', 'replace')] = counters
    return lines


def _counters(line):
    """(received bytes, sent bytes) of the rest of a line."""
    fields = line.split(None, 9)
    return int(fields[0]), int(fields[8])
