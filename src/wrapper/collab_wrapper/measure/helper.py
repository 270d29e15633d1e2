"""A helper process of the wrapper: it runs alongside the command and prints a line per reading."""
import fcntl
import os
import signal

from ..linux import TICKS_PER_S, Process, spawn

_LONGEST_LINE = 4096


class Helper(object):
    """One process for the whole run. Its lines are read without waiting, and it is not measured as the command's."""

    def __init__(self, words, directory, environment):
        """Starts it; raises NotStarted."""
        self.name = os.path.basename(words[0])
        self._reader, writer = os.pipe()
        fcntl.fcntl(self._reader, fcntl.F_SETFL, os.O_NONBLOCK)
        silent = os.open(os.devnull, os.O_WRONLY)
        try:
            self.pid = spawn(words, directory, environment, writer, silent)
        finally:
            os.close(writer)
            os.close(silent)
        self._rest = b''
        self.end = None

    def lines(self):
        """Complete lines since the last call, as text."""
        lines = []
        while True:
            try:
                chunk = os.read(self._reader, 65536)
            except OSError:
                return lines
            if not chunk:
                return lines
            whole = (self._rest + chunk).split(b'\n')
            self._rest = whole.pop()[-_LONGEST_LINE:]
            lines.extend(line.decode('utf-8', 'replace').strip() for line in whole)

    def has_ended(self, status):
        """Call it once the process has been waited for. `end` is then the reason as text."""
        if os.WIFSIGNALED(status):
            self.end = '{} was killed by signal {}'.format(self.name, os.WTERMSIG(status))
        else:
            self.end = '{} exited with code {}'.format(self.name, os.WEXITSTATUS(status))

    def cpu_s(self):
        """CPU seconds that it and its ended children used so far; 0 once it has been waited for."""
        try:
            process = Process(self.pid, False)
        except (OSError, ValueError, IndexError):
            return 0.0
        return (process.own_ticks + process.children_ticks) / TICKS_PER_S

    def stop(self):
        """Kills its process group and waits for it."""
        os.close(self._reader)
        if self.end is not None:
            return
        try:
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        self.end = '{} was stopped'.format(self.name)
