"""Which of its declared ports the role never opened: nothing can arrive there, and over UDP nobody is told so."""
from ..linux import NetCounters, ports_of
from .role_keys import PROTOCOLS

#: Counters of /proc/net/snmp: something arrived, so the port may have been open for a moment between two looks.
_ARRIVALS = {'tcp': (b'Tcp:', (b'PassiveOpens',)), 'udp': (b'Udp:', (b'InDatagrams',))}

_NEVER = float('inf')
_EVERY_S, _LATER_EVERY_S = 0.1, 1.0
_LATER_S = 10.0


class DeclaredPorts(object):
    """Looks at the sockets until each declared port was open. Create it before the command starts.

    Only for a network of the role's own, where each socket is the role's. `next_s` is when to `look` next.
    """

    def __init__(self, role, folder='/proc/self/net'):
        self._folder = folder
        self._missing = dict(role.ports) if role.own_network else {}
        self._protocols = {name: role.protocols_of(name) for name in self._missing}
        self._opened = {}
        self._arrivals = {}
        self._later_s = None
        self.next_s = 0.0 if self._missing else _NEVER
        for protocol, (table, names) in _ARRIVALS.items() if self._missing else ():
            try:
                self._arrivals[protocol] = NetCounters(folder + '/snmp', table, names)
            except (OSError, KeyError, ValueError):
                pass  # this kernel does not count them

    def look(self, now_s):
        """Looks at the sockets, at a time of CLOCK_MONOTONIC."""
        if not self._missing:
            return
        if self._later_s is None:
            self._later_s = now_s + _LATER_S
        try:
            bound = {protocol: ports_of(protocol, self._folder) for protocol in PROTOCOLS}
        except (ValueError, IndexError):
            self._missing = {}  # a table in an unknown form tells nothing
            bound = {}
        for name, port in list(self._missing.items()):
            opened = [protocol for protocol in PROTOCOLS if port in bound[protocol]]
            if any(protocol in self._protocols[name] for protocol in opened):
                del self._missing[name]
            elif opened:
                self._opened[name] = opened[0]
        interval_s = _EVERY_S if now_s < self._later_s else _LATER_EVERY_S
        self.next_s = now_s + interval_s if self._missing else _NEVER

    def record(self):
        """Its key of exit.json: none if all were opened, if that is not known, or if nobody looked."""
        if self._later_s is None:
            return {}
        unopened = [self._entry(name) for name in sorted(self._missing)]
        return {'unopened_ports': unopened} if unopened else {}

    def _entry(self, name):
        protocols = self._protocols[name]
        entry = {
            'name': name,
            'port': self._missing[name],
            'protocol': protocols[0] if len(protocols) == 1 else None,
            'opened': self._opened.get(name),
        }
        if entry['opened'] is None and self._arrived(name):
            entry['uncertain'] = True
        return entry

    def _arrived(self, name):
        try:
            return any(self._arrivals[protocol].grown() > 0 for protocol in self._protocols[name])
        except (OSError, KeyError, ValueError):
            return True  # not known
