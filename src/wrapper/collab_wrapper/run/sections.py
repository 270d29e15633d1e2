"""Copies what the command prints in a trial into the trial's folder: its output is one file for the whole run."""
import os

_NAMES = ('stdout.log', 'stderr.log')
_CHUNK_BYTES = 1 << 16


class Sections(object):
    """The newest section of stdout.log and stderr.log of a folder."""

    def __init__(self, role):
        """The files are there once the command was started."""
        self._role = role
        self._sections = []

    def begin(self, trial):
        """What is printed from now on belongs to this Role."""
        self._sections = []
        for name in _NAMES:
            source = os.open(self._role.path(name), os.O_RDONLY | os.O_CLOEXEC)
            target = os.open(trial.path(name), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
            self._sections.append([source, target, os.fstat(source).st_size])

    def copy(self):
        """Copies what is new. A full disk ends it: the whole output is in the role's own folder."""
        for section in self._sections:
            source, target, offset = section
            size = os.fstat(source).st_size
            try:
                while offset < size:
                    chunk = os.pread(source, min(_CHUNK_BYTES, size - offset), offset)
                    if not chunk:
                        break
                    offset += os.write(target, chunk)
            except OSError:
                pass
            section[2] = offset

    def end(self):
        """Copies the rest, and closes the files."""
        self.copy()
        for source, target, _ in self._sections:
            os.close(source)
            os.close(target)
        self._sections = []
