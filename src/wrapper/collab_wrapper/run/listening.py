"""Listening TCP sockets as /proc tells them."""
import os

_LISTEN = '0A'


def listening_sockets(port, proc='/proc/self/net'):
    """Inodes of the sockets that listen on a TCP port, by IPv4 or IPv6, in this network namespace."""
    inodes = set()
    wanted = ':{:04X}'.format(port)
    for name in ('tcp', 'tcp6'):
        try:
            with open(os.path.join(proc, name), encoding='ascii') as file:
                next(file, None)
                for line in file:
                    fields = line.split()
                    if fields[3] == _LISTEN and fields[1].endswith(wanted):
                        inodes.add(fields[9])
        except OSError:
            pass  # a kernel without IPv6 has no tcp6
    return inodes


def held_by(pids, inodes):
    """True if one of the processes holds one of the sockets."""
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
