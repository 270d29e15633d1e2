"""The user's command and all its descendants."""
import os
import signal

from ..linux import NotStarted, spawn


class Command(object):
    """The command in a new session, with its output in two files. `code` or `signal` is how it ended."""

    def __init__(self, tree):
        self._tree = tree
        self._helpers = {}
        self.reaped = Reaped()
        self.pid = None
        self.ended = False
        self.code = None
        self.signal = None

    def start(self, words, directory, environment, stdout_path, stderr_path, before_exec=None):
        """Starts it; `before_exec(pid)` runs while the new process waits for its exec. Raises NotStarted."""
        try:
            with open(stdout_path, 'ab', 0) as stdout, open(stderr_path, 'ab', 0) as stderr:
                self.pid = spawn(words, directory, environment, stdout.fileno(), stderr.fileno(), before_exec)
        except (OSError, ValueError) as error:
            raise NotStarted('{}: {}'.format(words[0], getattr(error, 'strerror', None) or error))

    def beside(self):
        """A Command for another program of the role, whose usage is not that of this one."""
        other = Command(self._tree)
        other._helpers = self._helpers
        return other

    def expect_helper(self, helper):
        """Registers a Helper, which is not part of the command; `helper.has_ended(status, usage)` is called at its end."""
        self._helpers[helper.pid] = helper
        self._tree.exclude(helper.pid)

    def reap(self):
        """Reaps all processes that have ended; returns whether any of the command's processes is left."""
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return not self._helpers or bool(self._tree.scan())
            helper = self._helpers.pop(pid, None)
            if helper is not None:
                helper.has_ended(status, usage)
                continue
            self.reaped.add(usage)
            if pid == self.pid:
                self.ended = True
                if os.WIFSIGNALED(status):
                    self.signal = _name(os.WTERMSIG(status))
                else:
                    self.code = os.WEXITSTATUS(status)

    def send(self, number):
        """Sends a signal to every process of the tree, and continues stopped ones so that they receive it."""
        for pid in list(self._tree.scan()):
            try:
                os.kill(pid, number)
                if number != signal.SIGKILL:
                    os.kill(pid, signal.SIGCONT)
            except (ProcessLookupError, PermissionError):
                pass

    def left(self):
        """How many processes of the tree are left."""
        return len(self._tree.scan())

    @property
    def exit_code(self):
        """As in a shell: 128 + n for a signal."""
        return self.code if self.signal is None else 128 + _number(self.signal)


class Reaped(object):
    """Usage of all ended processes of the command and of the children that they waited for, from wait4(2).

    Sums, and the largest resident set of any one process; `count` is the number of processes. The wrapper's helper
    processes are not included.
    """

    def __init__(self):
        self.count = 0
        self.user_s = self.system_s = 0.0
        self.largest_bytes = 0
        self.minor_faults = self.major_faults = 0
        self.voluntary_switches = self.involuntary_switches = 0

    def add(self, usage):
        """Adds the resource usage of one process (getrusage(2); ru_maxrss is in KiB)."""
        self.count += 1
        self.user_s += usage.ru_utime
        self.system_s += usage.ru_stime
        self.largest_bytes = max(self.largest_bytes, usage.ru_maxrss * 1024)
        self.minor_faults += usage.ru_minflt
        self.major_faults += usage.ru_majflt
        self.voluntary_switches += usage.ru_nvcsw
        self.involuntary_switches += usage.ru_nivcsw

    @property
    def cpu_s(self):
        """User and system seconds."""
        return self.user_s + self.system_s


def _name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return 'SIG{}'.format(number)  # a real-time signal without a name


def _number(name):
    return int(getattr(signal, name)) if hasattr(signal, name) else int(name[3:])
