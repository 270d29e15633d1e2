"""The user's command and all processes that come from it."""
import os
import signal

from ..linux import NotStarted, spawn
from .reaped import Reaped


class Command(object):
    """The command in a session of its own, its output in two files. `code` or `signal` tells how it ended."""

    def __init__(self, tree):
        self._tree = tree
        self._helpers = {}
        self.reaped = Reaped()
        self.pid = None
        self.ended = False
        self.code = None
        self.signal = None

    def start(self, words, directory, environment, stdout_path, stderr_path, before_exec=None):
        """Starts it; raises NotStarted. `before_exec(pid)` runs while the new process waits."""
        try:
            with open(stdout_path, 'ab', 0) as stdout, open(stderr_path, 'ab', 0) as stderr:
                self.pid = spawn(words, directory, environment, stdout.fileno(), stderr.fileno(), before_exec)
        except (OSError, ValueError) as error:
            raise NotStarted('{}: {}'.format(words[0], getattr(error, 'strerror', None) or error))

    def expect_helper(self, helper):
        """A process of the wrapper's own: `helper.pid`, and `helper.has_ended(status)` is called at its end."""
        self._helpers[helper.pid] = helper
        self._tree.exclude(helper.pid)

    def reap(self):
        """Takes in all processes that have ended; true while any of the command's processes is left."""
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return not self._helpers or bool(self._tree.scan())
            helper = self._helpers.pop(pid, None)
            if helper is not None:
                helper.has_ended(status)
                continue
            self.reaped.add(usage)
            if pid == self.pid:
                self.ended = True
                if os.WIFSIGNALED(status):
                    self.signal = _name(os.WTERMSIG(status))
                else:
                    self.code = os.WEXITSTATUS(status)

    def send(self, number):
        """Sends a signal to every process of the tree; one that is stopped is continued so that it gets it."""
        for pid in list(self._tree.scan()):
            try:
                os.kill(pid, number)
                if number != signal.SIGKILL:
                    os.kill(pid, signal.SIGCONT)
            except (ProcessLookupError, PermissionError):
                pass

    def left(self):
        """How many processes of the tree are there."""
        return len(self._tree.scan())

    @property
    def exit_code(self):
        """As a shell gives it: 128 + n for a signal."""
        return self.code if self.signal is None else 128 + _number(self.signal)


def _name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return 'SIG{}'.format(number)  # a real-time signal without a name


def _number(name):
    return int(getattr(signal, name)) if hasattr(signal, name) else int(name[3:])
