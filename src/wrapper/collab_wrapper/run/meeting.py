"""The server of collab.barrier(), at which the roles of a trial wait for each other.

The protocol is a line of JSON each way. A request is {"key", "barrier", "who", "of": [who, ...]}; once all of `of` have
sent one, each gets {"go": true}. Until then a line "?" gets {"missing": [who, ...]}. Other input closes the connection.
"""
import json
import socket

_MOST_CONNECTIONS = 2048
_LONGEST_LINE = 1 << 16


class MeetingPlace(object):
    """A listening socket and its connections, served from the wrapper's event loop."""

    def __init__(self, address, port, key):
        """Listens on an address and port; raises OSError if the port is in use. `key` keeps other trials out."""
        self._key = key
        #: Also lets in roles whose trial begins here later.
        self.waits_for_keys = False
        #: Whether anybody connected.
        self.used = False
        self._guests = {}
        self._waiting = {}
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((address, port))
        self._listener.listen(128)
        self._listener.setblocking(False)

    def descriptors(self):
        """The sockets to wait for."""
        return [self._listener] + list(self._guests)

    def serve(self, ready):
        """Handles the sockets that are ready; never blocks."""
        for one in ready:
            if one is self._listener:
                self._accept()
            elif one in self._guests:
                self._guests[one].receive()

    def _accept(self):
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return
        self.used = True
        if len(self._guests) >= _MOST_CONNECTIONS:
            connection.close()
            return
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._guests[connection] = _Guest(connection, self)

    def arrive(self, guest, request):
        """Adds a guest to a barrier; the last one to arrive releases all. Raises KeyError or TypeError."""
        name, who, others = str(request['barrier']), str(request['who']), sorted(map(str, request['of']))
        key = str(request['key'])
        if (key != self._key and not self.waits_for_keys) or who not in others:
            return self.leave(guest)
        group = (key, name, tuple(others))
        waiting = self._waiting.setdefault(group, {})
        if who in waiting:
            guest.send({'error': '{} is already waiting at barrier {!r}'.format(who, name)})
            return self.leave(guest)
        waiting[who] = guest
        guest.group = group
        if len(waiting) == len(others):
            del self._waiting[guest.group]
            for one in waiting.values():
                one.send({'go': True})
            for one in waiting.values():
                self.leave(one)

    def missing(self, guest):
        """Who has not arrived at the barrier at which a guest waits."""
        return sorted(set(guest.group[2]) - set(self._waiting.get(guest.group, {})))

    def begin(self, key):
        """A trial with this key begins: whoever waits with the key of the one before has nobody to wait for."""
        if key == self._key:
            return
        for group in [group for group in self._waiting if group[0] == self._key]:
            for guest in list(self._waiting.pop(group).values()):
                self.leave(guest)
        self._key = key
        self.used = False

    def leave(self, guest):
        """Removes a guest and closes its connection."""
        self._guests.pop(guest.connection, None)
        waiting = self._waiting.get(guest.group, {})
        for who in [who for who, one in waiting.items() if one is guest]:
            del waiting[who]
        guest.connection.close()


class _Guest(object):
    def __init__(self, connection, place):
        self.connection = connection
        self.group = None
        self._place = place
        self._rest = b''

    def receive(self):
        try:
            data = self.connection.recv(_LONGEST_LINE)
        except BlockingIOError:
            return
        except OSError:
            data = b''
        lines = (self._rest + data).split(b'\n')
        self._rest = lines.pop()
        if not data or len(self._rest) > _LONGEST_LINE:
            return self._place.leave(self)
        for line in lines:
            self._answer(line)

    def _answer(self, line):
        if line == b'?' and self.group is not None:
            return self.send({'missing': self._place.missing(self)})
        try:
            request = json.loads(line.decode('utf-8'))
            if self.group is None:
                self._place.arrive(self, request)
        except (ValueError, KeyError, TypeError):
            self._place.leave(self)

    def send(self, answer):
        try:
            self.connection.send((json.dumps(answer) + '\n').encode('ascii'))
        except OSError:
            pass  # it is gone; the next receive() removes it
