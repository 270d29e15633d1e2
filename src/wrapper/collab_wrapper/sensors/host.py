"""Sensors that the sampler on this container's host reads: see host/sampler.py for the format of host.jsonl."""
import json
import os
import time

from ..linux import Absent, Unavailable
from ._power import Rail

_STARTS_WITHIN_S = 5.0
_SILENT_AFTER_S = 5.0


def find(look):
    """Waits for the first line, and takes the sensors that were not found in the container."""
    if look.host is None:
        raise Absent('no sampler on the host')
    until_s = time.monotonic() + _STARTS_WITHIN_S
    while True:
        sensors = _declared_sensors(look.host)
        if sensors is not None:
            break
        if time.monotonic() >= until_s:
            raise Unavailable('the sampler on the host did not start within {:g} s'.format(_STARTS_WITHIN_S))
        time.sleep(0.02)
    wanted = {name: sensor for name, sensor in sensors.items() if name not in look.found}
    if not wanted:
        raise Absent('the host has no sensors that the container does not see')
    return HostSensors(look.host, wanted)


def _declared_sensors(path):
    """The sensors in the first line; None until that line is complete."""
    try:
        with open(path, 'rb') as file:
            line = file.readline()
        return json.loads(line.decode('utf-8'))['sensors'] if line.endswith(b'\n') else None
    except (OSError, ValueError, KeyError):
        return None


class HostSensors(object):
    """Readings of the newest line, each used once. `at_s` is when the host read them, on the clock that both share."""

    every_s = 0.0

    def __init__(self, path, sensors):
        self._sensors = sorted(sensors)
        metrics = {metric for sensor in sensors.values() for metric in sensor['metrics']}
        self.metrics = tuple(metrics - {'power_w'})
        self._rails = [(name, number) for name in self._sensors for number in range(len(sensors[name]['rails']))]
        self.rails = [_rail(sensors[name]['rails'][number]) for name, number in self._rails]
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._rest = b''
        self._row, self._power = {}, {}
        self.at_s = time.monotonic()

    def read(self, row, now_s):
        """Adds the values of the newest line, if there is a new one; raises Unavailable after 5 s without one."""
        self._read_lines()
        if now_s - self.at_s > _SILENT_AFTER_S:
            raise Unavailable('the sampler on the host no longer writes')
        throttled = max(row.get('throttled', 0), self._row.get('throttled', 0))
        row.update(self._row)
        if 'throttled' in row:
            row['throttled'] = throttled
        self._row = {}

    def readings(self):
        """Watts, or joules of a counter, of each rail; None if there is no new line."""
        self._read_lines()
        power, self._power = self._power, {}
        return [(power.get(name) or {}).get(number) for name, number in self._rails]

    def _read_lines(self):
        data = os.read(self._descriptor, 1 << 16)
        if not data:
            return
        lines = (self._rest + data).split(b'\n')
        self._rest = lines.pop()
        for line in lines:
            row = json.loads(line.decode('utf-8'))
            for name, reading in row.get('readings', {}).items():
                if name in self._sensors:
                    self.at_s = row['monotonic_s']
                    self._row.update(reading.get('row', {}))
                    self._power[name] = dict(enumerate(reading.get('power', [])))


def _rail(row):
    return Rail(row['name'], 'on the host: ' + row['source'], row['rank'], row['how'], row['counter'])
