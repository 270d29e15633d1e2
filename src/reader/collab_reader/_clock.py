"""Times of a device's monotonic clock on the controller's clock: as src/performance/reading/role-clock.ts computes them."""
from bisect import bisect_right
from datetime import datetime, timezone
from math import floor

#: Drift outside of the measurements, and change of the rate between two of them.
UNMEASURED_DRIFT = 100e-6
ASSUMED_RATE_CHANGE = 10e-6


def epoch_ms(text):
    """Milliseconds since 1970 of a time of run.json; None if it is missing or no time."""
    try:
        at = datetime.fromisoformat(text.replace('Z', '+00:00'))
    except (AttributeError, ValueError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=timezone.utc)
    return round(at.timestamp() * 1000)


class Clock:
    """One role instance's clock."""

    def __init__(self, anchor, measured, started_ms):
        """anchor: (monotonic_s, realtime_s, error_ms); measured: `clock` of the device in run.json, or None."""
        self._anchor, self._measured, self._started_ms = anchor, measured, started_ms
        self._ties = _ties((measured or {}).get('measurements') or [], anchor)
        self._at = [tie[0] for tie in self._ties]
        self._rate_change = _rate_change(self._ties)

    def cells(self, monotonic_s):
        """(seconds since the start of the run, milliseconds since 1970, error bound in ms or None)."""
        if isinstance(monotonic_s, bool) or not isinstance(monotonic_s, (int, float)) or monotonic_s != monotonic_s:
            return None, None, None
        ms = self._controller_ms(monotonic_s)
        return _rounded((ms - self._started_ms) * 1000) / 1e6, _rounded(ms), self._error_ms(monotonic_s, ms)

    def _controller_ms(self, monotonic_s):
        ties = self._ties
        if not ties:
            at, realtime_s, _ = self._anchor
            return (realtime_s + (monotonic_s - at)) * 1000 - (self._measured or {}).get('offset_ms', 0)
        after = bisect_right(self._at, monotonic_s)
        if after == 0 or after == len(ties):
            at, ms, _ = ties[0 if after == 0 else -1]
            return ms + (monotonic_s - at) * 1000
        (from_s, from_ms, _), (to_s, to_ms, _) = ties[after - 1], ties[after]
        return from_ms + (monotonic_s - from_s) / (to_s - from_s) * (to_ms - from_ms)

    def _error_ms(self, monotonic_s, ms):
        ties = self._ties
        if not ties:
            if self._measured is None:
                return None
            measured_at = self._measured.get('controller_ms')
            since_ms = 0 if measured_at is None else ms - measured_at
            return self._measured['error_ms'] + self._anchor[2] + abs(since_ms) * UNMEASURED_DRIFT
        after = bisect_right(self._at, monotonic_s)
        if 0 < after < len(ties):
            (from_s, _, from_error), (to_s, _, to_error) = ties[after - 1], ties[after]
            nearest_s = min(monotonic_s - from_s, to_s - monotonic_s)
            return max(from_error, to_error) + nearest_s * 1000 * self._rate_change
        at, _, error = ties[0 if after == 0 else -1]
        return error + abs(monotonic_s - at) * 1000 * UNMEASURED_DRIFT


def _rounded(value):
    """As Math.round: halves go up."""
    return floor(value + 0.5)


def _ties(measurements, anchor):
    """(monotonic_s, controller_ms, error_ms) of the role's boot of its device; empty if all are of others."""
    boots = _boots(measurements)
    if not boots:
        return []
    began_s = anchor[1] - anchor[0]

    def distance_s(boot):
        first = boot[0]
        return abs((first['controller_ms'] + first['offset_ms']) / 1000 - first['monotonic_s'] - began_s)

    boot = boots[0] if len(boots) == 1 else min(boots, key=distance_s)
    # Clocks are first measured just before the roles start.
    if anchor[0] <= boot[0]['monotonic_s'] - 60:
        return []
    return [(one['monotonic_s'], one['controller_ms'], one['error_ms']) for one in boot]


def _boots(measurements):
    boots = []
    for one in measurements:
        if one.get('monotonic_s') is None or one.get('controller_ms') is None:
            continue
        if boots and _is_later(boots[-1][-1], one):
            boots[-1].append(one)
        else:
            boots.append([one])
    return boots


def _is_later(before, after):
    device_ms = (after['monotonic_s'] - before['monotonic_s']) * 1000
    controller_ms = after['controller_ms'] - before['controller_ms']
    limit_ms = controller_ms * 0.01 + 1000
    return device_ms > 0 and controller_ms > 0 and abs(device_ms - controller_ms) < limit_ms


def _rate_change(ties):
    """The largest change of rate beyond what the errors of the measurements explain, at least the assumed one."""
    rates = []
    for (from_s, from_ms, from_error), (to_s, to_ms, to_error) in zip(ties, ties[1:]):
        device_ms = (to_s - from_s) * 1000
        rate, error = (to_ms - from_ms) / device_ms, (to_error + from_error) / device_ms
        rates.append((rate - error, rate + error))
    if len(rates) < 2:
        return ASSUMED_RATE_CHANGE
    return max(ASSUMED_RATE_CHANGE, max(least for least, _ in rates) - min(most for _, most in rates))
