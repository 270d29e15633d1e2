"""One process, read from /proc (proc(5)) through descriptors that stay open."""
import os

TICKS_PER_S = os.sysconf('SC_CLK_TCK')
PAGE_BYTES = os.sysconf('SC_PAGE_SIZE')

_COMMAND_CHARACTERS = 120


class Process(object):
    """A process of the tree. An open descriptor of /proc/<pid> never refers to a later process that reuses the pid."""

    __slots__ = ('pid', 'parent', 'zombie', 'own_ticks', 'children_ticks', 'start_ticks', 'faults', 'resident_pages', 'name',
                 'command', '_folder', '_stat', '_text', '_io', '_io_ticks', '_io_bytes')

    def __init__(self, pid, keep, proc='/proc'):
        """Reads it once; raises OSError if it is gone. With `keep`, its files stay open."""
        self.pid = pid
        self.parent = self.own_ticks = self.children_ticks = self.start_ticks = self.resident_pages = 0
        self.faults = (0, 0)
        self.zombie = False
        self.name = self.command = None
        self._folder = '{}/{}/'.format(proc, pid)
        self._stat = os.open(self._folder + 'stat', os.O_RDONLY | os.O_CLOEXEC)
        self._io = None if keep else -1
        self._io_ticks = None
        try:
            self.parse(os.pread(self._stat, 1024, 0))
        except (OSError, ValueError, IndexError):
            self.close()
            raise
        if not keep:
            os.close(self._stat)
            self._stat = -1

    def refresh(self):
        """Reads it again; returns whether anything changed, or None if the process is gone."""
        try:
            stat = os.pread(self._stat, 1024, 0) if self._stat >= 0 else _read(self._folder + 'stat')
            if stat == self._text:
                return False
            self.parse(stat)
            return True
        except (OSError, ValueError, IndexError):
            return None

    def parse(self, stat):
        """Parses the content of /proc/<pid>/stat. The name in it may contain anything, parentheses too."""
        end = stat.rindex(b')')
        fields = stat[end + 2:].split(b' ', 22)
        self.zombie = fields[0] in (b'Z', b'X')
        self.parent = int(fields[1])
        self.own_ticks = int(fields[11]) + int(fields[12])  # utime, stime
        self.children_ticks = int(fields[13]) + int(fields[14])  # cutime, cstime: children that it waited for
        self.start_ticks = int(fields[19])
        # minor and major page faults: its own, and those of children that it waited for
        self.faults = int(fields[7]) + int(fields[8]), int(fields[9]) + int(fields[10])
        self.resident_pages = int(fields[21])
        self._text = stat
        name = stat[stat.index(b'(') + 1:end]
        if name != self.name:
            self.name = name
            self.command = None  # it has executed another program

    def times_ticks(self):
        """(user, system) clock ticks at the last refresh, children that it waited for included."""
        fields = self._text[self._text.rindex(b')') + 2:].split(b' ', 15)
        return int(fields[11]) + int(fields[13]), int(fields[12]) + int(fields[14])

    def switches(self):
        """{thread: (voluntary, involuntary)} context switches of its live threads so far; empty if it is gone."""
        counts = {}
        try:
            for thread in os.listdir(self._folder + 'task'):
                status = _read('{}task/{}/status'.format(self._folder, thread))
                counts[thread] = _field(status, b'\nvoluntary_ctxt_switches:'), _field(status, b'\nnonvoluntary_ctxt_switches:')
        except (OSError, ValueError, IndexError):
            pass
        return counts

    def peak_bytes(self):
        """Largest resident set so far (VmHWM), or since `reset_peak`; raises OSError, IndexError for a zombie."""
        return _field(_read(self._folder + 'status'), b'\nVmHWM:') * 1024

    def reset_peak(self):
        """Lets its largest resident set begin at the current one (proc(5), clear_refs); raises OSError."""
        descriptor = os.open(self._folder + 'clear_refs', os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.write(descriptor, b'5')
        finally:
            os.close(descriptor)

    def command_line(self):
        """Program and arguments in one line of at most 120 characters; the name if there are none (a zombie)."""
        if self.command is None:
            try:
                words = _read(self._folder + 'cmdline').rstrip(b'\0')
            except OSError:
                words = b''
            text = (words.replace(b'\0', b' ') or self.name).decode('utf-8', 'replace')
            self.command = ''.join(one if one.isprintable() else ' ' for one in text[:_COMMAND_CHARACTERS])
        return self.command

    def io(self, always):
        """(read, written, disk read, disk written) bytes, children that it waited for included; raises OSError.

        Unless `always` is true, it is read again only if the process used CPU since the last call.
        """
        ticks = self.own_ticks + self.children_ticks
        if always or ticks != self._io_ticks:
            if self._io is None:
                self._io = os.open(self._folder + 'io', os.O_RDONLY | os.O_CLOEXEC)
            self._io_bytes = io_bytes(os.pread(self._io, 512, 0) if self._io >= 0 else _read(self._folder + 'io'))
            self._io_ticks = ticks
        return self._io_bytes

    def pss_bytes(self):
        """Proportional set size, from smaps_rollup (Linux 4.14); raises OSError, or ValueError without memory."""
        data = _read(self._folder + 'smaps_rollup')
        at = data.index(b'\nPss:')
        return int(data[at + 5:].split(None, 1)[0]) * 1024

    def close(self):
        """Closes its descriptors."""
        for descriptor in (self._stat, self._io):
            if descriptor is not None and descriptor >= 0:
                os.close(descriptor)
        self._stat = self._io = -1


def io_bytes(data):
    """(rchar, wchar, read_bytes, write_bytes) from the content of /proc/<pid>/io."""
    words = data.split()
    return int(words[1]), int(words[3]), int(words[9]), int(words[11])


def _field(status, key):
    """The first integer after a key in /proc/<pid>/status; raises IndexError if there is none."""
    return int(status.split(key, 1)[1].split(None, 1)[0])


def _read(path):
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, 4096)
    finally:
        os.close(descriptor)
