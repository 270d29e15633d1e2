"""Waiting for the other roles of the trial."""
import json
import time

from . import _environment, _place
from ._errors import CollabError, UnknownName
from ._peers import peers

_RETRY_S = 0.02


class BarrierError(CollabError):
    """Not all of the others arrived; the message names the missing ones."""


def barrier(name, roles=None, timeout_s=None):
    """Waits until every instance of all roles, or of `roles`, has called it with this name; returns the seconds waited.

    A name can be reused: each time all wait again. One process of each instance calls it. Raises BarrierError after
    `timeout_s` (by default only the trial's timeout ends it), UnknownName for a role that does not exist. Without the
    wrapper, or with nobody to wait for, it returns at once.
    """
    me = '{}-{}'.format(_environment.text('COLLAB_ROLE'), _environment.text('COLLAB_RANK', '0'))
    everyone = peers()
    known = sorted({one.role for one in everyone})
    for role in roles or []:
        if everyone and role not in known:
            raise UnknownName('role', role, known, 'A role is named as in experiment.yaml.')
    others = ['{}-{}'.format(one.role, one.rank) for one in everyone if roles is None or one.role in roles]
    meeting = _place.now().meeting
    if meeting is None or others in ([], [me]):
        return 0.0
    if me not in others:
        raise BarrierError('{} waits at barrier {!r}, which is for {} only'.format(me, name, ', '.join(others)))
    began_s = time.monotonic()
    deadline_s = None if timeout_s is None else began_s + timeout_s
    with _connection(meeting, name, deadline_s) as connection:
        request = {'key': meeting['key'], 'barrier': name, 'who': me, 'of': others}
        connection.sendall((json.dumps(request) + '\n').encode('ascii'))
        _wait(connection, name, deadline_s, timeout_s)
    return time.monotonic() - began_s


def _connection(meeting, name, deadline_s):
    """A connection to the meeting place. It retries: the role there may start later than this one."""
    import socket
    while True:
        try:
            connection = socket.create_connection((meeting['host'], meeting['port']), timeout=5)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
        except OSError as error:
            if deadline_s is not None and time.monotonic() >= deadline_s:
                where = '{host}:{port}'.format(**meeting)
                raise BarrierError('barrier {!r}: the meeting place {} does not answer: {}'.format(name, where, error))
            time.sleep(_RETRY_S)


def _wait(connection, name, deadline_s, timeout_s):
    import socket
    lines = connection.makefile('r', encoding='ascii')
    while True:
        if deadline_s is None:
            connection.settimeout(None)
        else:
            connection.settimeout(max(0.001, deadline_s - time.monotonic()))
        try:
            answer = json.loads(lines.readline() or 'null')
        except socket.timeout:
            missing = _missing(connection)
            raise BarrierError('barrier {!r}: {} did not arrive within {:g} s'.format(name, missing, timeout_s))
        except (OSError, ValueError):
            answer = None
        if answer is None:
            raise BarrierError('barrier {!r}: the meeting place is gone; its role has ended'.format(name))
        if 'error' in answer:
            raise BarrierError(answer['error'])
        if answer.get('go'):
            return


def _missing(connection):
    """Who has not arrived, as text. The reader that timed out cannot be used again, so the socket is read directly."""
    connection.settimeout(5)
    try:
        connection.sendall(b'?\n')
        return ', '.join(json.loads(connection.recv(1 << 16).decode('ascii'))['missing']) or 'nobody'
    except (OSError, ValueError, KeyError):
        return 'some'
