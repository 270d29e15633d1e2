"""Which trial it is, in every process of a role that stays for the run: also in those that were forked or started before.

The wrapper keeps a number in memory that all share (`current`): it is odd while a trial runs, and `current.json` says
which. A row, a span or a parameter belongs to the trial that runs when the call is made; while none runs, rows and spans
go into the folder of the role itself.
"""
import json
import mmap
import os
import struct
import sys

from ._lines import Lines
from ._parameters import Parameters
from ._place import Place

_word = struct.Struct('=I')
_FILES = {'rows': 'results.jsonl', 'spans': 'spans.jsonl', 'ready': 'ready', 'outputs': 'outputs'}


class Follower(object):
    """`now()` is the Place of this moment, `order` that of the newest trial (None before the first)."""

    def __init__(self, folder, before):
        """`before` is the Place from the environment, which has the values of the first trial."""
        self._folder = folder
        self._shared = Following(dict(dict.items(before.parameters)), self._path(None, 'parameters_read'), self.now)
        self._place = self._at(None, before.peers, before.ports, before.meeting)
        self._number = _word.pack(0)
        self.order = None
        descriptor = os.open(os.path.join(folder, 'current'), os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._memory = mmap.mmap(descriptor, _word.size, prot=mmap.PROT_READ)
        finally:
            os.close(descriptor)

    def now(self):
        """Raises OSError if the folder is gone."""
        if self._memory[:] != self._number:
            self._follow(self._memory[:])
        return self._place

    def trial_path(self, name):
        """A file of the newest trial."""
        return self._path(self.order['name'], name)

    def _follow(self, number):
        """Without a lock, which a forked process might find locked: two threads that do this at once do the same."""
        if _word.unpack(number)[0] % 2 == 0:
            place = self._place
            self._shared.become(None, self._path(None, 'parameters_read'))
            self._place = self._at(None, place.peers, place.ports, place.meeting)
            self._number = number
            return
        with open(self._path(None, 'current.json'), encoding='ascii') as file:
            content = json.load(file)
        if content['number'] < _word.unpack(self._number)[0]:
            return  # another thread was faster
        order = dict(content['order'], name=content['name'])
        self._shared.become(order['parameters'] or {}, self._path(order['name'], 'parameters_read'))
        self._place = self._at(order['name'], order['peers'], order['ports'] or {}, order['meeting'])
        self.order = order
        self._number = _word.pack(content['number'])

    def _at(self, name, peers, ports, meeting):
        files = {key: self._path(name, file) for key, file in _FILES.items()}
        place = Place(files, self._shared, peers, ports, meeting)
        if name is None:
            place.rows, place.spans = Unowned(files['rows']), Unowned(files['spans'])
        return place

    def _path(self, name, file):
        return os.path.join(self._folder, file) if name is None else os.path.join(self._folder, name, file)


class Unowned(Lines):
    """Rows that are written while no trial runs. The first one is said to be in none."""

    _has_warned = False

    def append(self, row):
        """Writes one row; raises OSError."""
        if not Unowned._has_warned:
            Unowned._has_warned = True
            sys.stderr.write('collab: no trial runs, so a row or span belongs to none; it is in {}\n'.format(self.path))
        super().append(row)


class Following(Parameters):
    """The parameters of the trial that runs, or of the one before, in one object: it may be kept and passed on."""

    def __init__(self, values, path, follow):
        super().__init__(values, path)
        self._follow = follow

    def become(self, values, path):
        """Takes the values of another trial, None for the same; names that it reads are noted in the file at `path`."""
        self._path = path
        self._noted = set()
        if values is None:
            return
        dict.update(self, values)
        for name in [name for name in dict.keys(self) if name not in values]:
            dict.pop(self, name, None)


def _synced(method):
    def call(self, *args, **kwargs):
        self._follow()
        return method(self, *args, **kwargs)
    return call


for _name in ('__contains__', '__eq__', '__getitem__', '__iter__', '__len__', '__ne__', '__or__', '__reduce__', '__repr__',
              'copy', 'get', 'items', 'keys', 'pop', 'setdefault', 'values'):
    setattr(Following, _name, _synced(getattr(Parameters, _name)))
