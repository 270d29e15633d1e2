"""What the cable carries, estimated: the bytes of /proc/net/dev, and the headers that they lack.

The kernel hands up to 64 KB of TCP to a device as one packet with one header (GSO), and merges arriving packets likewise
(GRO). /proc/net/dev counts such a packet once. TCP counts what it sends in segments (OutSegs, RetransSegs of
/proc/net/snmp), and IP what it receives in packets before merging (InNoECTPkts and its like of /proc/net/netstat and
snmp6), so the number of missing headers follows.
"""
from ..linux import KernelFile, Unavailable

SOURCE = ('/proc/net/dev, and a header for each TCP segment that it counts as part of a larger packet, from '
          '/proc/net/snmp, netstat, and snmp6: Ethernet frames without preamble and checksum, without lo')

_ETHERNET, _IPV4, _IPV6, _TCP, _TIMESTAMPS = 14, 20, 40, 20, 12
_KINDS = ('NoECT', 'ECT1', 'ECT0', 'CE')
_NOT_TCP = ('UdpOutDatagrams', 'UdpLiteOutDatagrams', 'Udp6OutDatagrams', 'UdpLite6OutDatagrams', 'IcmpOutMsgs',
            'Icmp6OutMsgs')
_FRAGMENTS = (('IpFragCreates', 'IpFragOKs'), ('Ip6FragCreates', 'Ip6FragOKs'))


class Wire(object):
    """Create it before the command starts; raises OSError, Unavailable, or ValueError. Only for a namespace of the role.

    `packets()` is {interface: (received, sent)} so far.
    """

    def __init__(self, packets, folder='/proc/self/net/', timestamps='/proc/sys/net/ipv4/tcp_timestamps'):
        self._packets = packets
        self._tables = [KernelFile(folder + name) for name in ('snmp', 'netstat')]
        try:
            self._ipv6 = KernelFile(folder + 'snmp6')
        except FileNotFoundError:
            self._ipv6 = None  # a kernel without IPv6
        try:
            has_timestamps = KernelFile(timestamps).number() != 0
        except OSError:
            has_timestamps = True  # the default
        self._tcp = _ETHERNET + _TCP + (_TIMESTAMPS if has_timestamps else 0)
        self.restart()
        if 'IpExtInNoECTPkts' not in self._before:
            raise Unavailable('this kernel does not count packets before it merges them (InNoECTPkts)')

    def restart(self):
        """What was counted so far no longer counts."""
        self._before = self._read()

    def missing_bytes(self):
        """(received, sent): bytes of headers that /proc/net/dev did not count since the creation, or `restart`."""
        now = self._read()
        grown = {name: count - self._before.get(name, 0) for name, count in now.items()}

        def of(name):
            return grown.get(name, 0)
        merged = sum(of('IpExtIn{}Pkts'.format(kind)) for kind in _KINDS) - of('IpInReceives')
        merged_6 = sum(of('Ip6In{}Pkts'.format(kind)) for kind in _KINDS) - of('Ip6InReceives')
        received = max(0, merged) * (self._tcp + _IPV4) + max(0, merged_6) * (self._tcp + _IPV6)
        not_tcp = sum(map(of, _NOT_TCP)) + sum(of(made) - of(whole) for made, whole in _FRAGMENTS)
        segments = max(0, of('TcpOutSegs') + of('TcpRetransSegs') + not_tcp - of('packets'))
        octets, octets_6 = of('IpExtOutOctets'), of('Ip6OutOctets')
        share_6 = octets_6 / (octets + octets_6) if octets + octets_6 > 0 else 0.0
        return received, int(segments * (self._tcp + _IPV4 + share_6 * (_IPV6 - _IPV4)))

    def _read(self):
        counts = {'packets': sum(sent for _, sent in self._packets().values())}  # lo too: its segments are counted too
        for file in self._tables:
            lines = file.data().decode('ascii').splitlines()
            for names, values in zip(lines[::2], lines[1::2]):
                table, _, names = names.partition(':')
                counts.update(zip((table + name for name in names.split()), map(int, values.split()[1:])))
        if self._ipv6 is not None:
            counts.update((name, int(count)) for name, count in map(str.split, self._ipv6.text().splitlines()))
        return counts
