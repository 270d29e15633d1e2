"""What Linux offers by prctl(2) and Python does not."""
import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36

# Loaded before any fork: a child between fork and exec must not load libraries.
libc = ctypes.CDLL(None, use_errno=True)


def become_subreaper():
    """Orphans among our descendants become our children (Linux 3.4). As process 1 of a namespace they do anyway."""
    return os.getpid() == 1 or libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


def die_with(parent_pid):
    """For the child between fork and exec: be killed when the parent dies, also if it just did."""
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), signal.SIGKILL)
