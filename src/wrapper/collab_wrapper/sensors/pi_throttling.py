"""Under-voltage and throttling as the firmware of a Raspberry Pi reports them (`vcgencmd get_throttled`)."""
from ..linux import Unavailable, reason_of
from ._firmware import Firmware

_ATTRIBUTE = 'sys/devices/platform/soc/soc:firmware/get_throttled'
#: Under-voltage, frequency capped, throttled, soft temperature limit: now.
_NOW = 0xF


def find(look):
    """Uses the firmware's mailbox if it answers, else the kernel's file."""
    try:
        firmware = Firmware(look)
        _flags(firmware.ask('get_throttled'))
        return PiThrottling(lambda: _flags(firmware.ask('get_throttled')))
    except (Unavailable, OSError, ValueError) as error:
        text = look.text(_ATTRIBUTE)
        if text is None and isinstance(error, Unavailable):
            raise
        if text is None:
            raise Unavailable('the firmware does not answer: {}'.format(reason_of(error)))
        return PiThrottling(lambda: int(look.text(_ATTRIBUTE) or '', 16))


class PiThrottling(object):
    """throttle_flags: the firmware's bits, 0 to 3 for now and 16 to 19 for any time since boot.

    throttled: 1 while any of bits 0 to 3 is set.
    """

    metrics = ('throttled', 'throttle_flags')
    every_s = 1.0

    def __init__(self, flags):
        self._flags = flags

    def read(self, row, _now_s):
        """The flags now; raises OSError, ValueError or Unavailable."""
        flags = self._flags()
        row['throttle_flags'] = flags
        row['throttled'] = int(bool(flags & _NOW) or row.get('throttled', 0))


def _flags(answer):
    return int(answer.split('=', 1)[-1], 16)
