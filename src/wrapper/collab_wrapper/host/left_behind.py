"""Ends what a role left behind whose wrapper was killed, so that there was nobody to end it.

The command itself dies with the wrapper (PR_SET_PDEATHSIG, which the kernel does not hand on to its children). Of the rest
a process is the role's when its environment says so, or when it is in the command's session.
"""
import json
import os
import signal
import time

from ..linux import Process

_KILL_AGAIN_S = 0.05
_GIVE_UP_S = 10.0


def main(folder, proc='/proc'):
    """Kills them until none is left; returns the exit code: 1 when some stayed."""
    ours = _Ours(folder, proc)
    end_s = time.monotonic() + _GIVE_UP_S
    while True:
        left = ours.find()
        if not left:
            return 0
        if time.monotonic() >= end_s:
            print('processes of the role could not be ended: {}'.format(' '.join(map(str, left))))
            return 1
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        time.sleep(_KILL_AGAIN_S)


class _Ours(object):
    def __init__(self, folder, proc):
        self._proc = proc
        self._mark = os.fsencode('COLLAB_READY=' + os.path.join(folder, 'ready'))
        self._session = _session(folder)

    def find(self):
        """Numbers of the role's processes that live."""
        marked, grouped, stranger = [], [], False
        for pid in (int(name) for name in os.listdir(self._proc) if name.isdigit()):
            try:
                if Process(pid, False, self._proc).zombie:
                    continue
                if self._is_marked(pid):
                    marked.append(pid)
                elif self._session is not None and os.getsid(pid) == self._session:
                    grouped.append(pid)
                    stranger = stranger or pid == self._session  # the number was given again
            except (OSError, ValueError, IndexError):
                pass  # it has ended, or is another user's
        return marked if stranger else marked + grouped

    def _is_marked(self, pid):
        with open('{}/{}/environ'.format(self._proc, pid), 'rb') as file:
            return self._mark in file.read().split(b'\0')


def _session(folder):
    """That of the command, whose number is the command's own; None where it was not started."""
    try:
        with open(os.path.join(folder, 'state.jsonl'), encoding='ascii') as file:
            states = [json.loads(line) for line in file]
    except (OSError, ValueError):
        return None
    return next((state.get('pid') for state in states if state.get('state') == 'started'), None)
