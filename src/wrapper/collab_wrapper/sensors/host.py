"""What a sampler on the host of this container reads: see host_sampler.py."""
import json
import os
import time

from ..linux import Absent, Unavailable
from ._power import Rail

_BEGINS_WITHIN_S = 5.0
_SILENT_AFTER_S = 5.0


def find(look):
    """Waits for its first line; takes the sensors that are not found here."""
    if look.host is None:
        raise Absent('no sampler on the host')
    until_s = time.monotonic() + _BEGINS_WITHIN_S
    while True:
        sensors = _first(look.host)
        if sensors is not None:
            break
        if time.monotonic() >= until_s:
            raise Unavailable('the sampler on the host did not begin within {:g} s'.format(_BEGINS_WITHIN_S))
        time.sleep(0.02)
    wanted = {name: told for name, told in sensors.items() if name not in look.found}
    if not wanted:
        raise Absent('the host has no more sensors than its container sees')
    return HostSensors(look.host, wanted)


def _first(path):
    try:
        with open(path, 'rb') as file:
            line = file.readline()
        return json.loads(line.decode('utf-8'))['sensors'] if line.endswith(b'\n') else None
    except (OSError, ValueError, KeyError):
        return None


class HostSensors(object):
    """The newest line, once; `at_s` is when it was read there. The clock is one for host and container."""

    every_s = 0.0

    def __init__(self, path, sensors):
        self._sensors = sorted(sensors)
        self.metrics = tuple({metric for told in sensors.values() for metric in told['metrics'] if metric != 'power_w'})
        self._rails = [(name, number) for name in self._sensors for number in range(len(sensors[name]['rails']))]
        self.rails = [_rail(sensors[name]['rails'][number]) for name, number in self._rails]
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._rest = b''
        self._row, self._power = {}, {}
        self.at_s = time.monotonic()

    def read(self, row, now_s):
        """Values of the newest line, if one came since the last time."""
        self._take_in()
        if now_s - self.at_s > _SILENT_AFTER_S:
            raise Unavailable('the sampler on the host says nothing any more')
        throttled = max(row.get('throttled', 0), self._row.get('throttled', 0))
        row.update(self._row)
        if 'throttled' in row:
            row['throttled'] = throttled
        self._row = {}

    def readings(self):
        """Of each rail, if a line came since the last time."""
        self._take_in()
        power, self._power = self._power, {}
        return [(power.get(name) or {}).get(number) for name, number in self._rails]

    def _take_in(self):
        data = os.read(self._descriptor, 1 << 16)
        if not data:
            return
        lines = (self._rest + data).split(b'\n')
        self._rest = lines.pop()
        for line in lines:
            told = json.loads(line.decode('utf-8'))
            for name, reading in told.get('readings', {}).items():
                if name in self._sensors:
                    self.at_s = told['monotonic_s']
                    self._row.update(reading.get('row', {}))
                    self._power[name] = dict(enumerate(reading.get('power', [])))


def _rail(told):
    return Rail(told['name'], 'on the host: ' + told['source'], told['rank'], told['how'], told['counter'])
