"""`prepare` and `finalize`: commands that run before and after the role's own, and are not measured."""
import signal
import time

from ..linux import NotStarted

_NEVER = float('inf')
_KILL_AGAIN_S = 0.05
_GIVE_UP_S = 5.0


def run_beside(name, words, role, environment, command, wakeups, limit_s, grace_s):
    """Runs it to its end, with its output in `name`.log; returns None, or why it failed as text.

    `limit_s()` is when it must end: then it gets SIGTERM, and SIGKILL after `grace_s`. What it leaves running is ended
    too, so that it is neither measured nor left behind.
    """
    one = command.beside()
    log = role.path(name + '.log')
    try:
        one.start(words, role.directory, environment, log, log)
    except NotStarted as fault:
        return '{} could not be started: {}'.format(name, fault)
    was_late = False
    kill_at_s = give_up_s = _NEVER
    while True:
        is_left = one.reap()
        now_s = time.monotonic()
        if now_s >= give_up_s or (one.ended and not is_left):
            break
        if now_s >= kill_at_s:
            one.send(signal.SIGKILL)
            kill_at_s = now_s + _KILL_AGAIN_S
        elif kill_at_s == _NEVER and (one.ended or now_s >= limit_s()):
            was_late = not one.ended
            one.send(signal.SIGTERM)
            kill_at_s = now_s + grace_s
            give_up_s = kill_at_s + _GIVE_UP_S
        wakeups.sleep_until(min(kill_at_s, give_up_s) if kill_at_s != _NEVER else limit_s())
    if was_late:
        return '{} did not end in time'.format(name)
    if one.signal is not None:
        return '{} was ended by {}'.format(name, one.signal)
    return None if one.code == 0 else '{} exited with code {}'.format(name, one.code)
