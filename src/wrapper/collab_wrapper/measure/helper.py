"""A helper process of the wrapper: it runs alongside the command and prints a line per reading."""
import fcntl
import os
import signal

from ..linux import TICKS_PER_S, Process, ProcessTree, spawn

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
        self._tree = ProcessTree(self.pid)
        self._cpu_s, self._ended_faults = 0.0, (0, 0)
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

    def has_ended(self, status, usage):
        """Call it once the process has been waited for, with wait4's answer. `end` is then the reason as text."""
        self._cpu_s = max(self._cpu_s, usage.ru_utime + usage.ru_stime)
        self._ended_faults = usage.ru_minflt, usage.ru_majflt
        if os.WIFSIGNALED(status):
            self.end = '{} was killed by signal {}'.format(self.name, os.WTERMSIG(status))
        else:
            self.end = '{} exited with code {}'.format(self.name, os.WEXITSTATUS(status))

    def cpu_s(self):
        """CPU seconds that it and its descendants used so far, as far as they live or were waited for."""
        if self.end is None:
            self._tree.scan()
            process = self._process()
            if process is not None:
                ticks = process.own_ticks + process.children_ticks + self._tree.sums()[0]
                self._cpu_s = max(self._cpu_s, ticks / TICKS_PER_S)
        return self._cpu_s

    def faults(self):
        """(minor, major) page faults of it and its descendants so far, as far as they live or were waited for."""
        process = None if self.end is not None else self._process()
        if process is None:
            return self._ended_faults
        faults = [process.faults] + [one.faults for one in self._tree.scan().values()]
        return sum(minor for minor, _ in faults), sum(major for _, major in faults)

    def _process(self):
        try:
            return Process(self.pid, False)
        except (OSError, ValueError, IndexError):
            return None

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
