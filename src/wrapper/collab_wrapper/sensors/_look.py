"""What sensors may touch of this machine."""
import fcntl
import os

from ..linux import Unavailable


class Look(object):
    """The files of /sys and /dev below `root`, and everything else that a sensor needs, so that tests can replace it.

    `meter` is the command of the external power meter, or None; `start_helper(words)` starts a helper process and
    returns its Helper; `load_library(name)` opens a shared library; `ioctl` is fcntl.ioctl; `host` is the file to which
    the sampler on the container's host writes, or None. `found` holds the names of the sensors found so far.
    """

    def __init__(self, root='/', meter=None, start_helper=None, load_library=None, ioctl=fcntl.ioctl, host=None):
        self.root = root
        self.meter = meter
        self.start_helper = start_helper
        self.load_library = load_library or _open_library
        self.ioctl = ioctl
        self.host = host
        self.found = set()

    def path(self, *parts):
        """A path below the root."""
        return os.path.join(self.root, *parts)

    def names(self, *parts):
        """Sorted names in a folder, `cpu2` before `cpu10`; an empty list if there is no such folder."""
        try:
            return sorted(os.listdir(self.path(*parts)), key=_natural)
        except OSError:
            return []

    def text(self, *parts):
        """The text of a small file, stripped; None if it cannot be read."""
        try:
            with open(self.path(*parts), encoding='utf-8', errors='replace') as file:
                return file.read(65536).strip('\0 \t\n')
        except OSError:
            return None

    def number(self, *parts):
        """The integer in a file; raises Unavailable."""
        try:
            with open(self.path(*parts), 'rb') as file:
                return int(file.read(64))
        except OSError as error:
            raise Unavailable('{}: {}'.format('/' + os.path.join(*parts), error.strerror))
        except ValueError:
            raise Unavailable('{} does not contain a number'.format('/' + os.path.join(*parts)))


def series_name(metric, part):
    """Name of a series of one part (an interface, a zone, a rail): `metric.part`, with unsafe characters as `_`."""
    safe = ''.join(one if one.isalnum() and ord(one) < 128 or one in '_-:.' else '_' for one in part)
    return '{}.{}'.format(metric, safe or '_')


def _natural(name):
    digits = ''.join(one if one.isdigit() else ' ' for one in name).split()
    return [int(one) for one in digits], name


def _open_library(name):
    import ctypes
    return ctypes.CDLL(name)
