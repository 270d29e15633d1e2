"""When a role counts as ready: at once, by a text in its output, by a port that listens, or by the helper's file."""
import os

from .listening import held_by, listening_sockets


def readiness(role, tree):
    """(check, interval_s): `check()` is true once the role is ready; asked anew every `interval_s`."""
    rule = role.ready
    if not rule:
        return (lambda: True), 0.0
    if rule.get('log'):
        return LogText(rule['log'], [role.path('stdout.log'), role.path('stderr.log')]).check, 0.02
    if rule.get('port'):
        return ListeningPort(role.ports[rule['port']], role.own_network, tree).check, 0.05
    return (lambda: os.path.exists(role.path('ready'))), 0.02


class LogText(object):
    """A text in one of some growing files, also when it came in two writes."""

    def __init__(self, text, paths):
        self._text = text.encode('utf-8')
        self._paths = paths
        self._tails = {path: (0, b'') for path in paths}

    def check(self):
        """True once one of the files has the text."""
        return any(self._grown(path) for path in self._paths)

    def _grown(self, path):
        offset, tail = self._tails[path]
        try:
            with open(path, 'rb', 0) as file:
                file.seek(offset)
                while True:
                    chunk = file.read(1 << 16)
                    if not chunk:
                        return False
                    offset += len(chunk)
                    tail += chunk
                    if self._text in tail:
                        return True
                    tail = tail[-(len(self._text) - 1):] if len(self._text) > 1 else b''
                    self._tails[path] = (offset, tail)
        except OSError:
            return False


class ListeningPort(object):
    """A port on which the role listens. No connection is made, so the role never sees the question.

    Where others share the network namespace, the socket must be held by a process of the role.
    """

    def __init__(self, port, own_network, tree):
        self._port = port
        self._own_network = own_network
        self._tree = tree

    def check(self):
        """True once the role listens on the port."""
        sockets = listening_sockets(self._port)
        return bool(sockets) and (self._own_network or held_by(self._tree.scan(), sockets))
