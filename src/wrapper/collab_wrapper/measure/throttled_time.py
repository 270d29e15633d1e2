"""How long the device was throttled during the run."""


class ThrottledTime(object):
    """Adds up the intervals that end with a reading of `throttled`. It must come after the probes that read it.

    `seconds` is None before the second reading.
    """

    metrics = ()
    every_s = 0.0

    def __init__(self):
        self.restart()

    def restart(self):
        """Forgets the time so far."""
        self.seconds = None
        self._before_s = None

    def read(self, row, now_s):
        """Adds the interval that ends with this row."""
        held = row.get('throttled')
        if held is None:
            return
        before_s, self._before_s = self._before_s, now_s
        if before_s is not None:
            self.seconds = (self.seconds or 0.0) + (now_s - before_s if held else 0.0)
