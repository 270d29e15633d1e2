"""Cycles and instructions of the whole process tree, by perf_event_open(2)."""
import ctypes
import errno
import os
import struct

from ..linux import Unavailable, libc

NAMES = ('cycles', 'instructions')

#: Number of the system call by machine and pointer size in bytes.
_CALLS = {
    ('x86_64', 8): 298, ('i686', 4): 336, ('i386', 4): 336, ('aarch64', 8): 241, ('armv7l', 4): 364, ('armv6l', 4): 364,
    ('aarch64', 4): 364, ('x86_64', 4): 336, ('riscv64', 8): 241, ('ppc64le', 8): 319, ('s390x', 8): 331,
}
_HARDWARE = 0
_ATTRIBUTE_BYTES = 112
_TOTAL_TIMES = 3  # PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING
_DISABLED, _INHERIT, _EXCLUDE_KERNEL, _EXCLUDE_HYPERVISOR, _ENABLE_ON_EXEC = 1, 1 << 1, 1 << 5, 1 << 6, 1 << 12
_CLOSE_ON_EXEC = 8


class PerfCounters(object):
    """Counters that start at the command's exec and are inherited by all its descendants."""

    def __init__(self):
        self._descriptors = {}
        self._user_only = False
        self._before = {}
        self.reason = 'the command was not started'

    def attach(self, pid):
        """Opens the counters of a process that waits for its exec. If the kernel refuses, `reason` says why."""
        try:
            for number, name in enumerate(NAMES):
                self._descriptors[name] = self._open(number, pid)
        except Unavailable as reason:
            self.reason = str(reason)
            self._descriptors = {}

    def restart(self):
        """What was counted so far no longer counts."""
        self._before = {name: self._read(name) for name in self._descriptors}

    def _read(self, name):
        """(count, nanoseconds enabled, nanoseconds counted) of the tree so far."""
        return struct.unpack('3Q', os.read(self._descriptors[name], 24))

    def measure(self, totals):
        """Fills in cycles and instructions since the start, or since `restart`."""
        for name in NAMES:
            if name not in self._descriptors:
                totals.unavailable(name, self.reason)
                continue
            before = self._before.get(name, (0, 0, 0))
            value, enabled, running = (now - then for now, then in zip(self._read(name), before))
            source = 'perf event {} of the tree{}'.format(name, ', user mode only' if self._user_only else '')
            if running == 0:
                totals.unavailable(name, 'the counter never ran: other programs use it')
            elif running < enabled:
                how = '{}, counted {:.0f} % of the time and scaled'.format(source, 100.0 * running / enabled)
                totals.value(name, int(value * enabled / running), how, False)
            else:
                totals.value(name, value, source)

    def _open(self, config, pid):
        flags = _DISABLED | _INHERIT | _EXCLUDE_HYPERVISOR | _ENABLE_ON_EXEC
        if not self._user_only:
            try:
                return _perf_event_open(config, flags, pid)
            except OSError as error:
                if error.errno not in (errno.EACCES, errno.EPERM):
                    raise Unavailable(refusal(error.errno))
                self._user_only = True
        try:
            return _perf_event_open(config, flags | _EXCLUDE_KERNEL, pid)
        except OSError as error:
            raise Unavailable(refusal(error.errno))


def refusal(number, status='/proc/self/status', paranoid='/proc/sys/kernel/perf_event_paranoid'):
    """Why the kernel refused the counters with this errno, as text for users."""
    if number in (errno.ENOENT, errno.EOPNOTSUPP, errno.ENODEV):
        return 'this processor or virtual machine has no such counters (PMU)'
    if number == errno.ENOSYS:
        return 'this kernel has no perf events'
    if number in (errno.EACCES, errno.EPERM):
        level = _first_word(paranoid)
        if '\nSeccomp:\t2' in _text(status):
            return ('perf_event_open is refused by the seccomp profile of the container engine '
                    '(kernel.perf_event_paranoid is {})'.format(level))
        return 'perf_event_open is refused: kernel.perf_event_paranoid is {}, and 2 or less is needed'.format(level)
    return 'perf_event_open failed: {}'.format(os.strerror(number))


def _perf_event_open(config, flags, pid):
    """Descriptor of a hardware event of a process on any processor; raises OSError or Unavailable."""
    machine = os.uname().machine
    call = _CALLS.get((machine, struct.calcsize('P')))
    if call is None:
        raise Unavailable('perf events are not supported on the machine {}'.format(machine))
    # struct perf_event_attr: type, size, config, sample_period, sample_type, read_format, flags
    head = struct.pack('=IIQQQQQ', _HARDWARE, _ATTRIBUTE_BYTES, config, 0, 0, _TOTAL_TIMES, flags)
    attribute = ctypes.create_string_buffer(head.ljust(_ATTRIBUTE_BYTES, b'\0'), _ATTRIBUTE_BYTES)
    descriptor = libc.syscall(
        ctypes.c_long(call), attribute, ctypes.c_int(pid), ctypes.c_int(-1), ctypes.c_int(-1),
        ctypes.c_ulong(_CLOSE_ON_EXEC))
    if descriptor < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return descriptor


def _text(path):
    try:
        with open(path, encoding='ascii', errors='replace') as file:
            return file.read()
    except OSError:
        return ''


def _first_word(path):
    words = _text(path).split()
    return words[0] if words else 'unknown'
