"""Temperatures of thermal zones, and of hwmon chips that do not mirror a zone.

Documentation/driver-api/thermal/sysfs-api.rst, Documentation/hwmon/sysfs-interface.rst; both in 1/1000 degree.
"""
import os

from ..linux import Absent, KernelFile, Unavailable
from ._look import series_name

_ZONES = 'sys/class/thermal'
_CHIPS = 'sys/class/hwmon'
#: A Jetson's PMIC always reports 100 degrees.
_CONSTANT = ('PMIC-Die', 'PMIC-Die-thermal')


def find(look):
    """A reader for each zone and each input of a chip."""
    inputs = []
    for zone in look.names(_ZONES):
        if zone.startswith('thermal_zone'):
            kind = look.text(_ZONES, zone, 'type') or zone
            if kind not in _CONSTANT:
                _add(inputs, look.path(_ZONES, zone, 'temp'), kind)
    for chip in look.names(_CHIPS):
        if '/thermal_zone' in os.path.realpath(look.path(_CHIPS, chip)):
            continue
        name = look.text(_CHIPS, chip, 'name') or chip
        for file in look.names(_CHIPS, chip):
            if file.startswith('temp') and file.endswith('_input'):
                label = look.text(_CHIPS, chip, file[:-len('input')] + 'label') or file[:-len('_input')]
                _add(inputs, look.path(_CHIPS, chip, file), '{}-{}'.format(name, label))
    if not inputs:
        raise Absent('no thermal zone and no hwmon chip with a temperature in /sys/class')
    return Temperature(inputs)


def _add(inputs, path, name):
    taken = {one for one, _ in inputs}
    series = series_name('temperature_c', name)
    number = 2
    while series in taken:
        series = series_name('temperature_c', '{}-{}'.format(name, number))
        number += 1
    try:
        inputs.append((series, KernelFile(path)))
    except OSError:
        pass


class Temperature(object):
    """temperature_c: the hottest zone, and each zone."""

    metrics = ('temperature_c',)
    every_s = 1.0

    def __init__(self, inputs):
        self._inputs = inputs

    def read(self, row, _now_s):
        """Degrees Celsius now. A zone that is switched off has none; raises Unavailable if no zone has any."""
        hottest = None
        for series, file in self._inputs:
            try:
                degrees = file.number() / 1000.0
            except (OSError, ValueError):
                continue
            if -273.15 < degrees < 1000:
                row[series] = degrees
                hottest = degrees if hottest is None else max(hottest, degrees)
        if hottest is None:
            raise Unavailable('no thermal zone reports a temperature')
        row['temperature_c'] = hottest
