"""Named pipes in the role's folder, between wrapper, controller and the role's code (fifo(7)).

They work in containers and in shared network namespaces alike, and their paths have no limit of length.
"""
import os
import stat

_CHUNK_BYTES = 4096


class Fifo(object):
    """Makes a pipe and opens both of its ends, so that it neither blocks nor ends while this process lives."""

    def __init__(self, path, mode):
        """Raises OSError, as on a file system without pipes."""
        try:
            os.mkfifo(path, mode)
        except FileExistsError:
            if not stat.S_ISFIFO(os.lstat(path).st_mode):
                raise
        os.chmod(path, mode)  # whatever the umask: the controller is another user than a container
        self.descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    def read(self):
        """What others wrote and nobody has read, as bytes."""
        data = b''
        try:
            while True:
                data += os.read(self.descriptor, _CHUNK_BYTES)
        except BlockingIOError:
            return data

    def write(self, data):
        """Writes without waiting; what a full pipe does not take is dropped."""
        try:
            os.write(self.descriptor, data)
        except OSError:
            pass

    def close(self):
        """Closes it. Calling it twice is harmless."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


class Told(object):
    """`told`: a byte for each line of a state.jsonl and for exit.json, so that a reader learns of changes at once.

    Without a reader the bytes stay in the pipe: the next one gets them. Without pipes, nobody is told.
    """

    def __init__(self, folder):
        try:
            self._fifo = Fifo(os.path.join(folder, 'told'), 0o644)
        except OSError:
            self._fifo = None

    def tell(self):
        """Never blocks."""
        if self._fifo is not None:
            self._fifo.write(b'.')
