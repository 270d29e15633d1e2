"""What Linux offers and Python does not: files of /proc and /sys, the process tree, starting programs."""
from .kernel_file import KernelFile
from .prctl import become_subreaper, libc
from .process import PAGE_BYTES, TICKS_PER_S, Process, io_bytes
from .process_tree import ProcessTree
from .spawning import NotStarted, spawn
from .unavailable import Absent, Unavailable, reason_of

__all__ = [
    'PAGE_BYTES', 'TICKS_PER_S', 'Absent', 'KernelFile', 'NotStarted', 'Process', 'ProcessTree', 'Unavailable',
    'become_subreaper', 'io_bytes', 'libc', 'reason_of', 'spawn',
]
