"""The roles of the trial and their addresses."""
from . import _place
from ._errors import UnknownName

_ADD_PORT = 'Add it to the role\'s `ports` in experiment.yaml, or give a default.'


class Peer(object):
    """One instance of a role. `host` is the address of its device; `ports` is {name: {'host': str, 'port': int}}."""

    def __init__(self, role, rank, ports, alone=False, host='127.0.0.1'):
        self.role = role
        self.rank = rank
        self.host = host
        self.ports = ports
        self._alone = alone

    def endpoint(self, port_name, default_port=None):
        """(host, port) as for a socket. `default_port`, on 127.0.0.1, is for use without the wrapper.

        Raises UnknownName if the role has no such port.
        """
        if port_name in self.ports:
            found = self.ports[port_name]
            return found['host'], found['port']
        if self._alone and default_port is not None:
            return '127.0.0.1', default_port
        raise UnknownName('port of role {}'.format(self.role), port_name, self.ports, _ADD_PORT)

    def address(self, port_name, default_port=None):
        """The same as text: `host:port`, with brackets around an IPv6 address."""
        host, number = self.endpoint(port_name, default_port)
        return '{}:{}'.format('[{}]'.format(host) if ':' in host else host, number)

    def __repr__(self):
        return 'Peer({!r}, {})'.format(self.role, self.rank)


def peers(role=None):
    """All instances of a role or of all roles, including this one, as a list of Peer; empty without the wrapper."""
    return [
        Peer(one['role'], one['rank'], one.get('ports') or {}, host=one.get('host'))
        for one in _place.now().peers or [] if role is None or one['role'] == role
    ]


def peer(role, rank=0):
    """One instance of a role, as a Peer; raises UnknownName if there is no such role or rank."""
    everyone = _place.now().peers
    if everyone is None:
        return Peer(role, rank, {}, alone=True)
    instances = peers(role)
    if not instances:
        known = sorted({one['role'] for one in everyone})
        raise UnknownName('role', role, known, 'A role is named as in experiment.yaml.')
    for instance in instances:
        if instance.rank == rank:
            return instance
    raise UnknownName('rank of role {}'.format(role), rank, [one.rank for one in instances], 'Ranks start at 0.')


def port(name, default=None):
    """The number of the port that this role binds to, or `default`; raises UnknownName if there is neither."""
    ports = _place.now().ports
    if name in ports:
        return ports[name]
    if default is None:
        raise UnknownName('port', name, ports, _ADD_PORT)
    return default
