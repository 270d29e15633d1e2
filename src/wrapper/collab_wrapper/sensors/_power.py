"""Power and energy of rails: readings in watts are integrated over time, energy counters are subtracted."""
from ._look import series_name

#: What makes a rail represent the whole device, best first.
METER, BOARD, BATTERY, SUM, GUESS = range(5)


class Rail(object):
    """One place where power is measured.

    `rank` is METER to GUESS if the rail represents the whole device, None if it is a part. `how` is None for a
    measurement and explains an estimate. With `counter`, a reading is joules so far instead of watts.
    """

    __slots__ = ('name', 'source', 'rank', 'how', 'counter')

    def __init__(self, name, source, rank=None, how=None, counter=False):
        self.name = name
        self.source = source
        self.rank = rank
        self.how = how
        self.counter = counter


class PowerProbe(object):
    """Samples the rails of one sensor.

    The sensor has `rails`, `every_s` and readings(): for each rail watts, or joules so far if it is a counter, or None.
    It has `at_s` if the readings are older than the call.
    """

    def __init__(self, sensor):
        self._sensor = sensor
        self.every_s = sensor.every_s
        self.metrics = ('power_w',) if sensor.rails else ()
        self.accounts = [RailEnergy(rail) for rail in sensor.rails]
        self.headline = None

    def restart(self):
        """Forgets what was integrated; the next reading is the first."""
        for account in self.accounts:
            account.restart()

    def read(self, row, now_s):
        """Adds power_w of each rail to a row, and power_w of the device; raises Unavailable or OSError."""
        for account, reading in zip(self.accounts, self._sensor.readings()):
            if reading is None:
                continue
            account.add(getattr(self._sensor, 'at_s', now_s), reading)
            watts = account.watts
            if watts is None:
                continue
            row[series_name('power_w', account.rail.name)] = round(watts, 4)
            if account is self.headline:
                row['power_w'] = round(watts, 4)


class RailEnergy(object):
    """Joules of one rail: trapezoids between readings in watts, differences between readings of a counter."""

    def __init__(self, rail):
        self.rail = rail
        self.restart()

    def restart(self):
        """Forgets all joules and readings."""
        self.joules = self.seconds = 0.0
        self.watts = self._at_s = self._counter = None

    def add(self, now_s, reading):
        """Adds a reading. The first one only starts the interval."""
        before_s, self._at_s = self._at_s, now_s
        step_s = 0.0 if before_s is None else now_s - before_s
        if self.rail.counter:
            counter, self._counter = self._counter, reading
            if step_s > 0:
                self.joules += reading - counter
                self.watts = (reading - counter) / step_s
        else:
            watts, self.watts = self.watts, reading
            if step_s > 0:
                self.joules += step_s * (watts + reading) / 2
        self.seconds += step_s

    @property
    def mean_w(self):
        """Mean watts over the integrated time; before the second reading the first one, or None."""
        return self.joules / self.seconds if self.seconds > 0 else self.watts


class Energy(object):
    """All rails of this machine, idle and during the run. `reason` says why there are none."""

    def __init__(self, probes, reason):
        self.probes = probes
        self._reason = reason
        self._idle = []
        self._idle_s = 0.0

    def accounts(self):
        """The RailEnergy of every rail."""
        return [account for probe in self.probes for account in probe.accounts]

    def begin(self, idle_s):
        """Ends the idle measurement of `idle_s` seconds (0 for none) and begins that of the run.

        It also chooses the headline: the best rail that represents the whole device and gave idle readings.
        """
        self._idle_s = idle_s
        if idle_s > 0:
            self._idle = [(account.rail, account.mean_w) for account in self.accounts() if account.mean_w is not None]
        whole = [account for account in self.accounts() if account.rail.rank is not None]
        if idle_s > 0:
            whole = [account for account in whole if account.mean_w is not None] or whole
        best = min(whole, key=lambda account: account.rail.rank) if whole else None
        for probe in self.probes:
            probe.restart()
            probe.headline = best if best in probe.accounts else None

    def restart(self):
        """Forgets what was integrated: a new trial of the same process begins. The idle measurement stays."""
        for probe in self.probes:
            probe.restart()

    def reason(self):
        """Why there is no power of the whole device; None if there is."""
        if any(probe.headline for probe in self.probes):
            return None
        names = ', '.join(account.rail.name for account in self.accounts())
        return 'no sensor of the whole device, only of parts: {}'.format(names) if names else self._reason

    def measure(self, totals):
        """Fills in energy_j and power_idle_w of the whole device and of every rail."""
        reason = self.reason()
        for account in self.accounts():
            self._fill(totals, 'energy_j', account.rail, account.joules if account.seconds > 0 else None)
        best = next((probe.headline for probe in self.probes if probe.headline), None)
        if best is not None and best.seconds > 0:
            totals.value('energy_j', round(best.joules, 4), _source(best.rail), best.rail.how is None)
        else:
            totals.unavailable('energy_j', reason or 'fewer than two readings of ' + best.rail.source)
        for rail, watts in self._idle:
            self._fill(totals, 'power_idle_w', rail, watts)
        idle_w = next((watts for rail, watts in self._idle if best is not None and rail is best.rail), None)
        if idle_w is not None:
            how = '{}, over {:g} s before the command'.format(_source(best.rail), self._idle_s)
            totals.value('power_idle_w', round(idle_w, 4), how, best.rail.how is None)
        else:
            totals.unavailable('power_idle_w', reason or 'it was not measured before the command')

    @staticmethod
    def _fill(totals, metric, rail, value):
        name = series_name(metric, rail.name)
        if value is None:
            totals.unavailable(name, 'fewer than two readings of ' + rail.source)
        else:
            totals.value(name, round(value, 4), _source(rail), rail.how is None)


def _source(rail):
    return rail.source if rail.how is None else '{}: {}'.format(rail.source, rail.how)
