"""What Linux offers and Python does not: files of /proc and /sys, the process tree, starting programs."""
from .bound_ports import ports_of, sockets_at
from .kernel_file import KernelFile
from .net_counters import NetCounters
from .prctl import become_subreaper, libc
from .process import PAGE_BYTES, TICKS_PER_S, Process, io_bytes
from .process_tree import ProcessTree
from .spawning import NotStarted, spawn
from .tcp_sockets import ClosedUnread, UnsentSockets, own_socket_inodes
from .unavailable import Absent, Unavailable, reason_of

__all__ = [
    'PAGE_BYTES', 'TICKS_PER_S', 'Absent', 'ClosedUnread', 'KernelFile', 'NetCounters', 'NotStarted', 'Process',
    'ProcessTree', 'Unavailable', 'UnsentSockets', 'become_subreaper', 'io_bytes', 'libc', 'own_socket_inodes', 'ports_of',
    'reason_of', 'sockets_at', 'spawn',
]
