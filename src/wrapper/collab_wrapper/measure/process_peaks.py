"""The largest resident set of the processes that live, since a moment."""
from ..linux import Unavailable, reason_of

SOURCE = ('largest VmHWM of the processes that live at the end, reset at the start (/proc/<pid>/clear_refs): '
          'at least this much')


class ProcessPeaks(object):
    """Lets the kernel's record of each process begin anew."""

    def __init__(self, tree):
        self._tree = tree
        self._refused = {}

    def restart(self):
        """Resets the peaks of all processes of the tree."""
        self._refused = {}
        for pid, process in self._tree.processes.items():
            try:
                process.reset_peak()
            except OSError as error:
                if not process.zombie:
                    self._refused[pid] = error

    def largest_bytes(self):
        """The largest peak since then of any one process that lives; raises Unavailable."""
        for pid, error in self._refused.items():
            if pid in self._tree.processes:
                raise Unavailable('the kernel does not let the peak of a process begin anew: {}'.format(reason_of(error)))
        largest = 0
        for process in self._tree.processes.values():
            try:
                largest = max(largest, process.peak_bytes())
            except (OSError, IndexError):
                pass  # a zombie, or it has just ended
        if largest == 0:
            raise Unavailable('the process has ended, and the kernel reports only its largest size in all trials')
        return largest
