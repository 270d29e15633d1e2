"""Ends the processes of a role whose wrapper was killed.

The kernel kills the command together with the wrapper (PR_SET_PDEATHSIG), but not the command's children. A remaining
process belongs to the role if its environment says so, if it is in the command's session, or in the cgroup that the
wrapper made, which is removed here.
"""
import json
import os
import signal
import time

from ..linux import Process
from ..measure import processes_in, remove_made

_KILL_AGAIN_S = 0.05
_GIVE_UP_S = 10.0


def main(folder, proc='/proc'):
    """Kills them until none is left; returns the exit code, 1 if some remain after 10 s."""
    ours = _RoleProcesses(folder, proc)
    end_s = time.monotonic() + _GIVE_UP_S
    while True:
        left = ours.find()
        if not left:
            remove_made(ours.cgroups)
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


class _RoleProcesses(object):
    def __init__(self, folder, proc):
        self._proc = proc
        self._mark = os.fsencode('COLLAB_READY=' + os.path.join(folder, 'ready'))
        started = _started(folder)
        self._session = started.get('pid')
        self.cgroups = started.get('cgroups', [])

    def find(self):
        """Pids of the role's live processes."""
        marked, in_session, session_reused = [], [], False
        in_cgroup = processes_in(self.cgroups)
        for pid in (int(name) for name in os.listdir(self._proc) if name.isdigit()):
            try:
                if Process(pid, False, self._proc).zombie:
                    continue
                if pid in in_cgroup or self._is_marked(pid):
                    marked.append(pid)
                elif self._session is not None and os.getsid(pid) == self._session:
                    in_session.append(pid)
                    session_reused = session_reused or pid == self._session  # the command is dead: its pid was reused
            except (OSError, ValueError, IndexError):
                pass  # it has ended, or belongs to another user
        return marked if session_reused else marked + in_session

    def _is_marked(self, pid):
        with open('{}/{}/environ'.format(self._proc, pid), 'rb') as file:
            return self._mark in file.read().split(b'\0')


def _started(folder):
    """The state `started`, with the command's pid, which is its session's too; empty if it was not started."""
    try:
        with open(os.path.join(folder, 'state.jsonl'), encoding='ascii') as file:
            states = [json.loads(line) for line in file]
    except (OSError, ValueError):
        return {}
    return next((state for state in states if state.get('state') == 'started'), {})
