"""Reads on a device what a role's container cannot see: the sensors that metrics.json marks with `host`.

It is started on the host, as the same user, with the folder of the role. It writes host.jsonl there, which the wrapper
in the container reads (sensors/host.py). The first line has `sensors`: {name: {'metrics', 'rails'}}. Then one line a
second has `readings`: {name: {'row': part of a sample, 'power': watts of each rail, or joules of a counter}}.
`monotonic_s` is CLOCK_MONOTONIC, which host and container share. It ends with the role: when exit.json exists, the
folder is gone, or the role's time is over. A role that stays for the run has time as long as its wrapper lives.
"""
import os
import signal
import time

from ..linux import Unavailable
from ..run import Lines, read_role
from ..sensors import Look, each_sensor

_EVERY_S = 1.0
_CHECK_EVERY_S = 0.2
_PATIENCE_S = 60.0


def main(folder, metrics, look=None):
    """Samples until the role has ended; returns the exit code."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    role = read_role(folder)
    lines = Lines(role.path('host.jsonl'))
    found = _find(metrics, look or Look())
    lines.write({'monotonic_s': round(time.monotonic(), 6), 'sensors': {
        name: {'metrics': names, 'rails': [_rail_row(rail) for rail in getattr(sensor, 'rails', [])]}
        for name, names, sensor in found}})
    due_s = time.monotonic()
    end_s = due_s + _PATIENCE_S + role.idle_s + (float('inf') if role.timeout_s is None else role.timeout_s)
    while found and _is_running(role, end_s):
        readings = {name: _read(sensor) for name, _, sensor in found}
        lines.write({
            'monotonic_s': round(time.monotonic(), 6),
            'readings': {name: reading for name, reading in readings.items() if reading},
        })
        due_s = max(due_s + _EVERY_S, time.monotonic())
        while time.monotonic() < due_s and _is_running(role, end_s):
            time.sleep(min(_CHECK_EVERY_S, max(0.0, due_s - time.monotonic())))
    return 0


def _find(metrics, look):
    """[(name, metrics, sensor)] of the sensors that this host has."""
    declared = [entry for entry in metrics.sensors if entry.get('host')]
    sensors = each_sensor(declared, look)
    return [(name, names, sensor) for name, names, sensor, _ in sensors if sensor is not None]


def _is_running(role, end_s):
    if not os.path.exists(role.path('role.json')) or os.path.exists(role.path('exit.json')):
        return False
    return time.monotonic() < end_s or (role.restart == 'run' and _has_reader(role.path('wake')))


def _has_reader(pipe):
    """Whether somebody, the wrapper, has a pipe open."""
    try:
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC))
        return True
    except OSError:
        return False


def _read(sensor):
    reading = {}
    try:
        if hasattr(sensor, 'read'):
            reading['row'] = {}
            sensor.read(reading['row'], time.monotonic())
        if hasattr(sensor, 'rails'):
            reading['power'] = sensor.readings()
    except (Unavailable, OSError, ValueError, KeyError):
        return None  # the wrapper in the container reports that no readings arrive
    return reading


def _rail_row(rail):
    return {'name': rail.name, 'source': rail.source, 'rank': rail.rank, 'how': rail.how, 'counter': rail.counter}
