"""When a role is ready: at once, by a text in its output, by an open port, or by the file of collab.ready()."""
import os

from ..linux import sockets_at


def readiness(role, tree):
    """(check, interval_s): `check()` is true once the role is ready, and is to be called every `interval_s`."""
    rule = role.ready
    if not rule:
        return (lambda: True), 0.0
    if rule.get('log'):
        return LogText(rule['log'], [role.path('stdout.log'), role.path('stderr.log')]).check, 0.02
    if rule.get('port'):
        name = rule['port']
        return OpenPort(role.ports[name], role.protocols_of(name), role.own_network, tree).check, 0.05
    return (lambda: os.path.exists(role.path('ready'))), 0.02


class LogText(object):
    """A text in one of several growing files, even if it was written in two parts."""

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


class OpenPort(object):
    """A port on which the role listens (tcp) or to which it has bound a socket (udp); one of its protocols is enough.

    Nothing is sent to it, so the role does not notice. In a shared network namespace, a process of the role must hold the
    socket.
    """

    def __init__(self, port, protocols, own_network, tree):
        self._port = port
        self._protocols = protocols
        self._own_network = own_network
        self._tree = tree

    def check(self):
        """True once the role has opened the port."""
        sockets = sockets_at(self._port, self._protocols)
        return bool(sockets) and (self._own_network or held_by(self._tree.scan(), sockets))


def held_by(pids, inodes):
    """Whether one of the processes holds one of the sockets."""
    links = {'socket:[{}]'.format(inode) for inode in inodes}
    for pid in pids:
        folder = '/proc/{}/fd'.format(pid)
        try:
            for name in os.listdir(folder):
                if os.readlink(os.path.join(folder, name)) in links:
                    return True
        except OSError:
            continue  # the process or the descriptor is gone
    return False
