"""prctl(2), which Python does not offer."""
import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36

# Loaded before any fork: a child between fork and exec must not load libraries.
libc = ctypes.CDLL(None, use_errno=True)


def become_subreaper():
    """Makes orphaned descendants our children (PR_SET_CHILD_SUBREAPER, Linux 3.4); returns whether that worked.

    Process 1 of a PID namespace adopts them anyway.
    """
    return os.getpid() == 1 or libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


def die_with(parent_pid):
    """For the child between fork and exec: the kernel kills it when the parent dies, even if it already has."""
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), signal.SIGKILL)
