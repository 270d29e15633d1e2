"""How long the device was throttled during the run."""


class ThrottledTime(object):
    """Adds up the intervals at whose end a reading said `throttled`; stands behind the sensors that say it.
    `seconds` is None before the second reading."""

    metrics = ()
    every_s = 0.0

    def __init__(self):
        self.seconds = None
        self._before_s = None

    def read(self, row, now_s):
        """Takes in what this sample says."""
        held = row.get('throttled')
        if held is None:
            return
        before_s, self._before_s = self._before_s, now_s
        if before_s is not None:
            self.seconds = (self.seconds or 0.0) + (now_s - before_s if held else 0.0)
