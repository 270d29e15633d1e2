"""Asking the wrapper for the next trial, through pipes in the role's folder."""
import os
import select
import sys
import time

from . import _place
from ._errors import CollabError
from ._parameters import Parameters
from ._trial import Trial


class WarmTrials(object):
    """An iterator over the trials of the run."""

    def __init__(self, folder):
        self._folder = folder
        self._is_over = False

    def __iter__(self):
        return self

    def __next__(self):
        """Ends the trial that runs, and waits for the next; raises CollabError if another process asks already."""
        asked_s = time.monotonic()
        if self._is_over:
            raise StopIteration
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()  # so that it is in the trial that printed it
            except (AttributeError, OSError, ValueError):
                pass
        word, _, text = _pipes(self._folder).ask(asked_s).partition(' ')
        if word == 'error':
            raise CollabError(text)
        if word != 'trial':
            self._is_over = True
            raise StopIteration
        _place.now()
        order = _place.follower.order
        reads = _place.follower.trial_path('parameters_read')
        return Trial(order, Parameters(order['parameters'] or {}, reads), _place.follower.trial_path('exit.json'))


class _Pipes(object):
    """The pipe for the answers to this process, and the one into which it asks."""

    def __init__(self, folder):
        self.pid = os.getpid()
        self._name = 'answer.{}'.format(self.pid)
        path = os.path.join(folder, self._name)
        try:
            os.mkfifo(path, 0o600)
        except FileExistsError:
            pass  # of a process that had this pid before
        # Opened for both: a pipe that nobody has opened for writing yet looks as if it had ended.
        self._answers = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self._asks = os.open(os.path.join(folder, 'ask'), os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)

    def ask(self, asked_s):
        """The answer; raises CollabError if the wrapper is gone."""
        answer = b''
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        poll.register(self._asks, 0)  # tells when its reader is gone
        try:
            os.write(self._asks, '{} {!r}\n'.format(self._name, asked_s).encode('ascii'))
            while not answer.endswith(b'\n'):
                for descriptor, _ in poll.poll():
                    if descriptor == self._asks:
                        raise BrokenPipeError
                    answer += os.read(self._answers, 4096)
        except BrokenPipeError:
            raise CollabError('the wrapper of this role is gone, so there is no further trial')
        return answer.decode('ascii').strip()


_known = []


def _pipes(folder):
    """Those of this process: a forked one has its own."""
    if not _known or _known[0].pid != os.getpid():
        _known[:] = [_Pipes(folder)]
    return _known[0]
