"""A file of /proc or /sys that is read again and again."""
import os


class KernelFile(object):
    """Opens the file once and reads it anew from its beginning each time."""

    def __init__(self, path):
        self.path = path
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def text(self):
        """The whole content now; raises OSError."""
        chunks = []
        offset = 0
        while True:
            chunk = os.pread(self._descriptor, 65536, offset)
            if not chunk:
                return b''.join(chunks).decode('ascii', 'replace')
            chunks.append(chunk)
            offset += len(chunk)

    def number(self):
        """The content as one integer."""
        return int(self.text())

    def field(self, name):
        """The number behind one key of a table, without reading the rest; raises KeyError."""
        text = '\n' + self.text()
        at = text.find('\n{} '.format(name))
        if at < 0:
            raise KeyError('{} in {}'.format(name, self.path))
        return int(text[at + len(name) + 2:].split('\n', 1)[0])

    def table(self):
        """Lines of `key value` as a dict of integers."""
        return {words[0]: int(words[1]) for words in map(str.split, self.text().splitlines()) if len(words) == 2}
