"""An external power meter: a command of the experiment that keeps running and prints watts, one number per line."""
import math

from ..linux import Absent, Unavailable
from ._power import METER, Rail


def find(look):
    """Starts the role's `meter`; raises Absent if the experiment names none."""
    if not look.meter:
        raise Absent('the role names no meter')
    return MeterPower(look.start_helper(look.meter), ' '.join(look.meter))


class MeterPower(object):
    """Watts as of the newest line."""

    every_s = 0.0

    def __init__(self, helper, command):
        self._helper = helper
        self.rails = [Rail('meter', 'meter: {}'.format(command), METER)]

    def readings(self):
        """[watts] of the newest line, [None] without a new one.

        Raises Unavailable if the meter has ended or prints something else.
        """
        lines = self._helper.lines()
        if not lines:
            if self._helper.end is not None:
                raise Unavailable('the meter has ended: {}'.format(self._helper.end))
            return [None]
        try:
            watts = float(lines[-1])
        except ValueError:
            watts = math.nan
        if not math.isfinite(watts):
            raise Unavailable('the meter did not print a number of watts: {!r}'.format(lines[-1][:80]))
        return [watts]
