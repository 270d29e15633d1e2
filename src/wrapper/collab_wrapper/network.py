"""Bytes that went through the role's network namespace."""
from .kernel_file import KernelFile
from .unavailable import Unavailable

SHARED = 'the role shares the network namespace of its host, so its bytes cannot be told from others\''
SOURCE = '/proc/net/dev of the own network namespace, without lo'


class Network(object):
    """Counts from its making on; `received_bytes` and `sent_bytes` as of the last `update`."""

    def __init__(self, own, path='/proc/self/net/dev'):
        if not own:
            raise Unavailable(SHARED)
        self._file = KernelFile(path)
        self._before = _interfaces(self._file.text())
        self.received_bytes = self.sent_bytes = 0

    def update(self):
        """Adds what came since the last time; an interface that began anew counts from zero."""
        now = _interfaces(self._file.text())
        for name, (received, sent) in now.items():
            received_before, sent_before = self._before.get(name, (0, 0))
            self.received_bytes += received - received_before if received >= received_before else received
            self.sent_bytes += sent - sent_before if sent >= sent_before else sent
        self._before = now


class NetworkProbe(object):
    """network_received_bytes, network_sent_bytes: counters since the role started. `network` may be None."""

    metrics = ('network_received_bytes', 'network_sent_bytes')

    def __init__(self, network, reason):
        self._network = network
        self._reason = reason

    def read(self, _processes, _monotonic_s):
        """Bytes since the start; raises Unavailable."""
        if self._network is None:
            raise Unavailable(self._reason)
        self._network.update()
        return {
            'network_received_bytes': self._network.received_bytes,
            'network_sent_bytes': self._network.sent_bytes,
        }


def _interfaces(text):
    """{name: (received bytes, sent bytes)} of /proc/net/dev, without lo."""
    interfaces = {}
    for line in text.splitlines()[2:]:
        name, counters = line.split(':', 1)
        if name.strip() != 'lo':
            fields = counters.split()
            interfaces[name.strip()] = int(fields[0]), int(fields[8])
    return interfaces
