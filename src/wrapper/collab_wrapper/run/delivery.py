"""Whether what the role sent arrived. In a container its network ends with the wrapper, so the wrapper waits for it."""
import time

from ..linux import ClosedUnread, NetCounters, reason_of
from .draining import Draining

#: After a request to stop, the controller kills the wrapper 3 s later than the command's grace period: the wait for the
#: network must end before, and so must the counting of files after it.
_WITHIN_KILL_S, _COUNTED_S = 1.0, 2.6
#: At the end of a trial whose process lives on.
_IN_FLIGHT_S, _IN_FLIGHT_STALLED_S = 1.0, 0.01
#: What shows in a network of the role's own that datagrams were lost, which their senders are not told: key of exit.json,
#: table, and name of the counter.
_LOST = (('unreachable_answers', b'Icmp:', b'InDestUnreachs'), ('unclaimed_datagrams', b'Udp:', b'NoPorts'))


class Delivery(object):
    """Create it before the command starts. `record` holds its keys of exit.json: none where the network is shared.

    A network that the role shares with its host goes on without the wrapper, and its sockets are not only the role's.
    """

    def __init__(self, role, wakeups, state):
        self.record = {}
        self._own_network = role.own_network
        self._grace_s = role.stop_grace_s
        self._wakeups = wakeups
        self._state = state
        self._stopping_s = None
        self._unread = None
        self._counters = {}
        #: The MeetingPlace, if this wrapper serves one: it closes connections of its own.
        self.meeting = None
        if role.own_network:
            try:
                self._unread = ClosedUnread()
                self._counters = {
                    key: NetCounters('/proc/self/net/snmp', table, (name,)) for key, table, name in _LOST}
            except (OSError, KeyError, ValueError):
                pass  # this kernel does not count them

    def stopping(self, now_s):
        """The role is asked to stop, which the controller allows only so much time for."""
        self._stopping_s = now_s

    def wait(self, deadline_s):
        """Waits until everything that the role sent has arrived, or until it stalls. It does not raise.

        `deadline_s` is the role's timeout: the controller does not wait much longer.
        """
        if not self._own_network:
            return
        draining = Draining(
            self._wakeups.sleep_until, lambda: self._limit_s(deadline_s) + _WITHIN_KILL_S, stopping=self._is_stopping)
        try:
            draining.wait()
        except (OSError, ValueError, IndexError) as error:
            self._state.write('unavailable', metric='undelivered_bytes', reason=reason_of(error))
        else:
            self.record['drain_s'] = round(draining.seconds, 3)
            self.record['undelivered_bytes'] = draining.sockets.of_role
            self.record['unconfirmed_ends'] = draining.sockets.ends
        self._count()

    def look(self):
        """At the end of a trial whose process lives on: what has not arrived yet arrives later. It does not raise.

        It waits only while bytes arrive, and not long: a link that is slow delays the next trial otherwise.
        """
        if not self._own_network:
            return
        until_s = time.monotonic() + _IN_FLIGHT_S
        draining = Draining(self._wakeups.sleep_until, lambda: until_s, patience_s=_IN_FLIGHT_STALLED_S)
        try:
            draining.wait()
        except (OSError, ValueError, IndexError) as error:
            self._state.write('unavailable', metric='in_flight_bytes', reason=reason_of(error))
        else:
            self.record['in_flight_bytes'] = draining.sockets.of_role
        self._count()

    def _count(self):
        if self._unread is not None and not (self.meeting and self.meeting.used):
            self.record['closed_unread'] = self._unread.connections()
        self.record.update((key, counter.grown()) for key, counter in self._counters.items())

    def counting_s(self, deadline_s, longest_s):
        """How many seconds are left for the counting of files, at most `longest_s`."""
        return max(0.1, min(longest_s, self._limit_s(deadline_s) + _COUNTED_S - time.monotonic()))

    def _is_stopping(self):
        if self._stopping_s is None and self._wakeups.stop_requested:
            self._stopping_s = time.monotonic()
        return self._stopping_s is not None

    def _limit_s(self, deadline_s):
        """When the grace period of a stop or of the timeout ends."""
        from_s = min(deadline_s, self._stopping_s) if self._is_stopping() else deadline_s
        return from_s + self._grace_s
