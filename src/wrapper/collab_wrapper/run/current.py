"""Tells every process of the role which trial it is: a counter in memory that all of them share, and a file.

The `collab` module compares the counter at each call, which costs no system call, and reads `current.json` when it has
changed. A process that was forked or started in an earlier trial notices it as well.
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
        self._count = 0
        descriptor = os.open(os.path.join(folder, 'current'), os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        try:
            os.ftruncate(descriptor, _BYTES)
            self._memory = mmap.mmap(descriptor, _BYTES)
        finally:
            os.close(descriptor)

    def enter(self, order):
        """A trial begins, of this role.json."""
        told = {name: order.get(name) for name in ('parameters', 'peers', 'ports', 'meeting')}
        told.update(trial=order['trial'], attempt=order.get('attempt') or 1, repeat=order['repeat'],
                    warmup=order.get('warmup') or False)
        self._write({'name': attempt_name(order), 'order': told})

    def leave(self):
        """The trial has ended, and no other has begun."""
        self._write({'name': None})

    def _write(self, content):
        self._count += 1
        path = os.path.join(self._folder, 'current.json')
        with open(path + '.part', 'w', encoding='ascii') as file:
            json.dump(dict(content, count=self._count), file)
        os.rename(path + '.part', path)
        struct.pack_into('=I', self._memory, 0, self._count)
