"""Whether the kernel killed for want of memory: said only where the kernel says so."""
_KERNEL = '/proc/vmstat'


class OutOfMemory(object):
    """Opened before the command starts: counts of killings, of the own cgroup where there is one, else of the machine."""

    def __init__(self, cgroup_memory, machine=_KERNEL):
        self._cgroup_memory = cgroup_memory
        self._machine = machine
        self._before = self._killings()

    def verdict(self, command, was_stopped):
        """A sentence when the kernel killed a process of the role for want of memory, or may have; else None.

        The counter of the machine does not tell whom it killed, so it is believed only beside a SIGKILL that nobody here
        sent, and the sentence says what is known.
        """
        now = self._killings()
        if now is None or self._before is None or now <= self._before:
            return None
        count = now - self._before
        if self._cgroup_memory is not None:
            one = 'a process' if count == 1 else '{} processes'.format(count)
            return 'the kernel killed {} of this role: out of memory'.format(one)
        if command.signal != 'SIGKILL' or was_stopped:
            return None
        return 'the kernel of this machine killed for want of memory while the role ran; whether it was this role, it does not say'

    def _killings(self):
        if self._cgroup_memory is not None:
            return self._cgroup_memory.oom_kills()
        try:
            with open(self._machine, 'rb') as file:
                words = file.read().split()
        except OSError:
            return None
        return int(words[words.index(b'oom_kill') + 1]) if b'oom_kill' in words else None
