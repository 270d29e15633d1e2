"""The user's command and all processes that come from it."""
import os
import signal
import subprocess

from .linux import die_with
from .wakeups import restore_in_child


class NotStarted(Exception):
    """The command could not be started; the message is what the system said."""


class Command(object):
    """The command in a session of its own, its output in two files. `code` or `signal` tells how it ended."""

    def __init__(self, tree):
        self._tree = tree
        self.pid = None
        self.ended = False
        self.code = None
        self.signal = None

    def start(self, words, directory, environment, stdout_path, stderr_path):
        """Starts it; raises NotStarted."""
        wrapper = os.getpid()

        def between_fork_and_exec():
            die_with(wrapper)
            restore_in_child()

        try:
            with open(stdout_path, 'ab', 0) as stdout, open(stderr_path, 'ab', 0) as stderr:
                if not os.path.isdir(directory):
                    raise NotStarted('{}: no such folder'.format(directory))
                process = subprocess.Popen(
                    words, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr,
                    start_new_session=True, preexec_fn=between_fork_and_exec)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            said = getattr(error, 'strerror', None) or str(error)
            raise NotStarted('{}: {}'.format(words[0], said))
        self.pid = process.pid
        process.returncode = 0  # reaping is ours: keeps Popen from waiting for it

    def reap(self):
        """Takes in all processes that have ended; true while any of the command's processes is left."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            if pid == self.pid:
                self.ended = True
                if os.WIFSIGNALED(status):
                    self.signal = _name(os.WTERMSIG(status))
                else:
                    self.code = os.WEXITSTATUS(status)

    def send(self, number):
        """Sends a signal to every process of the tree; one that is stopped is continued so that it gets it."""
        for pid in self._tree.scan():
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
