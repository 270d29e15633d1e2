"""Reads on a device what a role's container cannot see: the sensors that metrics.json marks with `host`.

Started beside the container with the role's folder, as the same user. It writes `host.jsonl` there, which the wrapper in the
container takes its readings from: first a line with `sensors` (for each its `metrics` and `rails`), then one a second with
`readings` (for each a `row` of a sample, and `power`: watts, or joules of a counter, by rail). `monotonic_s` is
CLOCK_MONOTONIC, which the container shares. It ends with the role: when exit.json is there, the folder is gone, or its time is
over.
"""
import os
import signal
import time

from .look import Look
from .records import Lines
from .role import read_role
from .sensors import each_sensor
from .unavailable import Unavailable

_EVERY_S = 1.0
_LOOK_EVERY_S = 0.2
_PATIENCE_S = 60.0


def main(folder, metrics, look=None):
    """Samples until the role has ended; returns the exit code."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    role = read_role(folder)
    lines = Lines(role.path('host.jsonl'))
    declared = [entry for entry in metrics.sensors if entry.get('host')]
    found = [(name, names, sensor) for name, names, sensor, _ in each_sensor(declared, look or Look()) if sensor is not None]
    lines.write({'monotonic_s': round(time.monotonic(), 6), 'sensors': {
        name: {'metrics': names, 'rails': [_told(rail) for rail in getattr(sensor, 'rails', [])]}
        for name, names, sensor in found}})
    due_s = time.monotonic()
    end_s = due_s + _PATIENCE_S + role.idle_s + (float('inf') if role.timeout_s is None else role.timeout_s)
    while found and time.monotonic() < end_s and _goes_on(role):
        lines.write({'monotonic_s': round(time.monotonic(), 6), 'readings': {
            name: reading for name, reading in ((name, _read(sensor)) for name, _, sensor in found) if reading}})
        due_s = max(due_s + _EVERY_S, time.monotonic())
        while time.monotonic() < due_s and _goes_on(role):
            time.sleep(min(_LOOK_EVERY_S, max(0.0, due_s - time.monotonic())))
    return 0


def _goes_on(role):
    return os.path.exists(role.path('role.json')) and not os.path.exists(role.path('exit.json'))


def _read(sensor):
    reading = {}
    try:
        if hasattr(sensor, 'read'):
            reading['row'] = {}
            sensor.read(reading['row'], time.monotonic())
        if hasattr(sensor, 'rails'):
            reading['power'] = sensor.readings()
    except (Unavailable, OSError, ValueError, KeyError):
        return None  # the wrapper says that nothing comes
    return reading


def _told(rail):
    return {'name': rail.name, 'source': rail.source, 'rank': rail.rank, 'how': rail.how, 'counter': rail.counter}
