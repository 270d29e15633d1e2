"""Tells every process of the role which trial it is: a number in memory that all of them share, and a file.

The number is even while no trial runs, and odd while one does, of which `current.json` says more. The `collab` module
compares it at each call, which costs no system call. A process that was forked or started in an earlier trial notices it
as well.
"""
import json
import mmap
import os
import struct

from .orders import attempt_name

_BYTES = 64


class Current(object):
    """`current` and `current.json` in the role's folder."""

    def __init__(self, folder):
        """Raises OSError."""
        self._folder = folder
        self._number = 0
        descriptor = os.open(os.path.join(folder, 'current'), os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        try:
            os.ftruncate(descriptor, _BYTES)
            self._memory = mmap.mmap(descriptor, _BYTES)
        finally:
            os.close(descriptor)

    def announce(self, order):
        """The next trial is that of this role.json."""
        told = {name: order.get(name) for name in ('parameters', 'peers', 'ports', 'meeting')}
        told.update(trial=order['trial'], attempt=order.get('attempt') or 1, repeat=order['repeat'],
                    warmup=order.get('warmup') or False)
        path = os.path.join(self._folder, 'current.json')
        with open(path + '.part', 'w', encoding='ascii') as file:
            file.write(json.dumps({'name': attempt_name(order), 'number': self._number + 1, 'order': told}))
        os.rename(path + '.part', path)

    def enter(self):
        """The trial that was announced begins."""
        self._next()

    def leave(self):
        """The trial has ended, and no other has begun."""
        self._next()

    def _next(self):
        self._number += 1
        struct.pack_into('=I', self._memory, 0, self._number)
