"""Sockets that have a local port, from /proc/net/tcp, tcp6, udp and udp6 (proc_net_tcp)."""
import os

_LISTEN = '0A'  # TCP_LISTEN in include/net/tcp_states.h
_FOLDER = '/proc/self/net'


def sockets_at(port, protocols, folder=_FOLDER):
    """Inodes of the sockets of this network namespace that serve a port: that listen (tcp), or are bound to it (udp)."""
    return {
        inode for protocol in protocols for number, state, inode in _sockets(protocol, folder)
        if number == port and (protocol == 'udp' or state == _LISTEN)
    }


def ports_of(protocol, folder=_FOLDER):
    """Local ports of all sockets of a protocol in this network namespace, whatever their state."""
    return {number for number, _, _ in _sockets(protocol, folder)}


def _sockets(protocol, folder):
    """(port, state, inode) of each socket, IPv4 and IPv6."""
    for name in (protocol, protocol + '6'):
        try:
            with open(os.path.join(folder, name), encoding='ascii') as file:
                next(file, None)
                for line in file:
                    fields = line.split()
                    yield int(fields[1].rpartition(':')[2], 16), fields[3], fields[9]
        except OSError:
            pass  # a kernel without IPv6 has no tcp6
