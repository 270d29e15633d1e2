"""Whether the kernel killed a process because memory ran out."""


class OutOfMemory(object):
    """Counts out-of-memory kills of the role's cgroup, or of the whole machine if there is none.

    Create it before the command starts.
    """

    def __init__(self, cgroup_memory, vmstat='/proc/vmstat'):
        self._cgroup_memory = cgroup_memory
        self._vmstat = vmstat
        self._before = self._kills()

    def verdict(self, command, was_stopped):
        """A sentence if the kernel killed a process of the role, or may have; else None.

        The counter of the machine does not say which process was killed. It is used only if the command ended by a
        SIGKILL that the wrapper did not send, and the sentence says so.
        """
        now = self._kills()
        if now is None or self._before is None or now <= self._before:
            return None
        count = now - self._before
        if self._cgroup_memory is not None:
            one = 'a process' if count == 1 else '{} processes'.format(count)
            return 'the kernel killed {} of this role: out of memory'.format(one)
        if command.signal != 'SIGKILL' or was_stopped:
            return None
        return ('the kernel of this machine killed a process because memory ran out while the role ran; '
                'it does not report whether it was this role')

    def _kills(self):
        if self._cgroup_memory is not None:
            return self._cgroup_memory.oom_kills()
        try:
            with open(self._vmstat, 'rb') as file:
                words = file.read().split()
        except OSError:
            return None
        return int(words[words.index(b'oom_kill') + 1]) if b'oom_kill' in words else None
