"""Where the roles of a trial wait for each other: collab.barrier() of every role instance connects here.

A line each way. Asked: {"key", "barrier", "who", "of": [who, ...]}; answered once all of `of` have come: {"go": true}. A
line "?" meanwhile is answered by {"missing": [who, ...]}. What is no such question is cut off.
"""
import json
import socket

_MOST_CONNECTIONS = 2048
_LONGEST_LINE = 1 << 16


class MeetingPlace(object):
    """A listening socket and those that wait, served from the wrapper's one loop."""

    def __init__(self, address, port, key):
        """Raises OSError when the port is taken."""
        self._key = key
        self._guests = {}
        self._waiting = {}
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((address, port))
        self._listener.listen(128)
        self._listener.setblocking(False)

    def descriptors(self):
        """What to wait for."""
        return [self._listener] + list(self._guests)

    def serve(self, ready):
        """Takes in what came on some of the descriptors; never waits."""
        for one in ready:
            if one is self._listener:
                self._accept()
            elif one in self._guests:
                self._guests[one].take_in()

    def _accept(self):
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return
        if len(self._guests) >= _MOST_CONNECTIONS:
            connection.close()
            return
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._guests[connection] = _Guest(connection, self)

    def arrive(self, guest, question):
        """A guest says for whom it waits; the last one to come lets all go."""
        name, who, others = str(question['barrier']), str(question['who']), sorted(map(str, question['of']))
        if question['key'] != self._key or who not in others:
            return self.leave(guest)
        waiting = self._waiting.setdefault((name, tuple(others)), {})
        if who in waiting:
            guest.say({'error': '{} waits at barrier {!r} already'.format(who, name)})
            return self.leave(guest)
        waiting[who] = guest
        guest.group = (name, tuple(others))
        if len(waiting) == len(others):
            del self._waiting[guest.group]
            for one in waiting.values():
                one.say({'go': True})
            for one in waiting.values():
                self.leave(one)

    def missing(self, guest):
        """Who has not come to where a guest waits."""
        return sorted(set(guest.group[1]) - set(self._waiting.get(guest.group, {})))

    def leave(self, guest):
        """A guest is gone: it waits no more."""
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

    def take_in(self):
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
            return self.say({'missing': self._place.missing(self)})
        try:
            question = json.loads(line.decode('utf-8'))
            if self.group is None:
                self._place.arrive(self, question)
        except (ValueError, KeyError, TypeError):
            self._place.leave(self)

    def say(self, answer):
        try:
            self.connection.send((json.dumps(answer) + '\n').encode('ascii'))
        except OSError:
            pass  # it is gone, which its next reading says
