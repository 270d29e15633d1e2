"""An external power meter: a command of the experiment that goes on and prints watts, a number per line."""
import math

from ..linux import Absent, Unavailable
from ._power import METER, Rail


def find(look):
    """Starts the role's `meter`; raises Unavailable where the experiment names none."""
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
        """Watts since the last time, None when no line came; raises Unavailable for a meter that ended or says else."""
        lines = self._helper.lines()
        if not lines:
            if self._helper.end is not None:
                raise Unavailable('the meter is gone: {}'.format(self._helper.end))
            return [None]
        try:
            watts = float(lines[-1])
        except ValueError:
            watts = math.nan
        if not math.isfinite(watts):
            raise Unavailable('the meter printed no number of watts: {!r}'.format(lines[-1][:80]))
        return [watts]
