"""TCP sockets that still owe their peer something, from /proc/net/tcp and tcp6 (proc_net_tcp)."""
import os

from .net_counters import NetCounters

#: States of include/net/tcp_states.h in which the end of the stream was queued, and the peer has not confirmed it.
_ENDING = frozenset((b'04', b'09', b'0B'))  # TCP_FIN_WAIT1, TCP_LAST_ACK, TCP_CLOSING
#: A listener's tx_queue is the length of its backlog; a connection that was never made has nothing to deliver.
_NOT_CONNECTED = frozenset((b'0A', b'02'))  # TCP_LISTEN, TCP_SYN_SENT


class UnsentSockets(object):
    """What the sockets of a network namespace still owe. A socket that its process closed is listed with inode 0.

    `of_role` and `of_wrapper` are bytes that the peer has not confirmed; `ends` is how many closed sockets of the role
    have all their bytes confirmed, but not that there are no more. `left` is all of it in one number, to see progress.
    """

    def __init__(self, own_inodes=frozenset(), folder='/proc/self/net'):
        self.of_role = self.of_wrapper = self.ends = 0
        for name in ('tcp', 'tcp6'):
            try:
                with open(os.path.join(folder, name), 'rb') as file:
                    next(file, None)
                    for line in file:
                        self._add(line, own_inodes)
            except FileNotFoundError:
                pass  # a kernel without IPv6 has no tcp6

    @property
    def left(self):
        """Bytes that were not confirmed, plus one for each end."""
        return self.of_role + self.of_wrapper + self.ends

    def _add(self, line, own_inodes):
        fields = line.split(None, 10)
        state, waiting = fields[3], int(fields[4].split(b':')[0], 16)
        if waiting == 0 or state in _NOT_CONNECTED:
            return
        if int(fields[9]) in own_inodes:
            self.of_wrapper += waiting
        elif state not in _ENDING:
            self.of_role += waiting
        elif waiting > 1:
            self.of_role += waiting - 1  # the end takes a place in the sequence of bytes
        else:
            self.ends += 1


def own_socket_inodes():
    """Inodes of the sockets that this process holds."""
    inodes = set()
    for name in os.listdir('/proc/self/fd'):
        try:
            target = os.readlink('/proc/self/fd/' + name)
        except OSError:
            continue  # the descriptor of the listing itself
        if target.startswith('socket:['):
            inodes.add(int(target[8:-1]))
    return inodes


class ClosedUnread(object):
    """Counts connections that were closed with data that nobody had read, or to which more came after that.

    From /proc/net/netstat (TCPAbortOnClose, TCPAbortOnData), for a whole network namespace. Create it before the
    command starts; raises OSError, KeyError or ValueError.
    """

    def __init__(self, path='/proc/self/net/netstat'):
        self._counters = NetCounters(path, b'TcpExt:', (b'TCPAbortOnClose', b'TCPAbortOnData'))

    def connections(self):
        """How many since the creation."""
        return self._counters.grown()
