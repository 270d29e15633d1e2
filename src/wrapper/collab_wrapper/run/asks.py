"""The code of a role that stays for the run asks for its trials (`collab.trials`), through pipes in the role's folder.

It writes a line into `ask`: the name of a pipe that it made for the answer, and its time. The answer is one line: `trial`,
`end`, or `error` and a text.
"""
import os
import time

from .fifo import Fifo

_LONGEST_LINE = 256


class Asks(object):
    """Served by Wakeups. `waiting` is true while the code waits for an answer, since `asked_s`."""

    def __init__(self, folder):
        """Makes the pipe; raises OSError."""
        self._folder = folder
        self._fifo = Fifo(os.path.join(folder, 'ask'), 0o666)
        self._rest = b''
        self._asker = None
        self.waiting = False
        self.asked_s = None

    def descriptors(self):
        """The pipe."""
        return [self._fifo.descriptor]

    def serve(self, _ready):
        """Reads who asks. One process does: if it is gone, another one may."""
        lines = (self._rest + self._fifo.read()).split(b'\n')
        self._rest = lines.pop()[-_LONGEST_LINE:]
        for line in lines:
            words = line.decode('ascii', 'replace').split()
            if len(words) != 2 or not words[0].startswith('answer.') or os.sep in words[0]:
                continue
            if self._asker not in (None, words[0]) and self._send(self._asker, None):
                self._send(words[0], 'error another process of this role asks for its trials already: one must')
                continue
            self._asker, self.waiting, self.asked_s = words[0], True, _time(words[1])

    def answer(self, text):
        """Lets the code go on."""
        self.waiting = False
        self._send(self._asker, text)

    def _send(self, name, text):
        """Writes a line, or nothing, into the pipe of an asker; returns whether somebody reads it."""
        try:
            descriptor = os.open(os.path.join(self._folder, name), os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            if text is not None:
                os.write(descriptor, text.encode('ascii') + b'\n')
        except OSError:
            pass
        finally:
            os.close(descriptor)
        return True


def _time(word):
    now_s = time.monotonic()
    try:
        return min(now_s, float(word))
    except ValueError:
        return now_s
