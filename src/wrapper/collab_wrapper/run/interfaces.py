"""Which network interface has an address (netdevice(7))."""
import fcntl
import os
import socket
import struct

_SIOCGIFADDR = 0x8915
_LONGEST_NAME = 15


def interface_of(address):
    """Name of the interface whose IPv4 address this is; None if there is none, or if it is no such address."""
    try:
        wanted = socket.inet_aton(address)
    except OSError:
        return None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for _, name in socket.if_nameindex():
            request = struct.pack('256s', os.fsencode(name)[:_LONGEST_NAME])
            try:
                answer = fcntl.ioctl(any_socket.fileno(), _SIOCGIFADDR, request)
            except OSError:
                continue  # it has no address
            if answer[20:24] == wanted:  # struct ifreq: 16 bytes of name, then a sockaddr_in
                return name
    return None
