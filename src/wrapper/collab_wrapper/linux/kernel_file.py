"""A file of /proc or /sys that is read repeatedly."""
import os

_CHUNK_BYTES = 16384


class KernelFile(object):
    """Keeps the file open and reads it from the start each time. Opening it raises OSError."""

    _descriptor = -1

    def __init__(self, path, writable=False):
        self.path = path
        self._descriptor = os.open(path, (os.O_RDWR if writable else os.O_RDONLY) | os.O_CLOEXEC)

    def data(self):
        """The current content as bytes; raises OSError."""
        first = os.pread(self._descriptor, _CHUNK_BYTES, 0)
        if len(first) < 4000:  # the kernel fills a page of 4,096 bytes before it continues
            return first
        chunks = [first]
        offset = len(first)
        while True:
            chunk = os.pread(self._descriptor, _CHUNK_BYTES, offset)
            if not chunk:
                return b''.join(chunks)
            chunks.append(chunk)
            offset += len(chunk)

    def text(self):
        """The current content as text; raises OSError."""
        return self.data().decode('utf-8', 'replace')

    def number(self):
        """The content as one integer; raises OSError or ValueError."""
        return int(os.pread(self._descriptor, 64, 0))

    def field(self, name):
        """The integer after one key of a `key value` table, without parsing the rest; raises KeyError or OSError."""
        key = '\n{} '.format(name).encode('ascii')
        data = b'\n' + self.data()
        at = data.find(key)
        if at < 0:
            raise KeyError('{} in {}'.format(name, self.path))
        return int(data[at + len(key):].split(b'\n', 1)[0])

    def table(self):
        """Lines of `key value` as {key: integer}; raises OSError or ValueError."""
        return {words[0]: int(words[1]) for words in map(str.split, self.text().splitlines()) if len(words) == 2}

    def write(self, data):
        """Writes to the file, which must have been opened as writable; raises OSError."""
        os.pwrite(self._descriptor, data, 0)

    def close(self):
        """Closes the file. Calling it twice is harmless."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __del__(self):
        self.close()  # the wrapper of a role that stays for a run measures many trials
