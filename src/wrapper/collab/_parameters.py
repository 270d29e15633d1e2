"""The trial's parameters, and a note of those that the code reads."""
import os


class Parameters(dict):
    """A dict that notes a name when its value is first read, so that the run can say what nobody read.

    Reading all values at once (`items`, `values`, `copy`, `**parameters`) notes all names; `in`, `len`, `keys` and `repr`
    note none.
    """

    def __init__(self, values, path):
        """`path` is the file for the names, None without the wrapper."""
        super().__init__(values)
        self._path = path
        self._noted = set()

    def __getitem__(self, name):
        value = dict.__getitem__(self, name)
        self._note(name)
        return value

    def __iter__(self):  # without it, `**parameters` would not ask __getitem__
        return dict.__iter__(self)

    def __or__(self, other):
        return self.copy().__or__(other)

    def __reduce__(self):
        return dict, (self.copy(),)

    def get(self, name, default=None):
        return self[name] if name in self else default

    def setdefault(self, name, default=None):
        return self[name] if name in self else dict.setdefault(self, name, default)

    def pop(self, name, *default):
        self._note(name)
        return dict.pop(self, name, *default)

    def items(self):
        self._note(*self)
        return dict.items(self)

    def values(self):
        self._note(*self)
        return dict.values(self)

    def copy(self):
        return dict(self.items())

    def _note(self, *names):
        new = [name for name in names if name in self and name not in self._noted]
        if self._path is None or not new:
            return
        self._noted.update(new)
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            try:
                os.write(descriptor, ''.join(name + '\n' for name in new).encode('utf-8'))
            finally:
                os.close(descriptor)
        except OSError:
            pass  # reading a parameter never fails
