"""The sensors of this machine, one file each; a name that begins with `_` is no sensor.

metrics.json lists them: a new sensor is a file here, with find(look), and a line there.
"""
from ._find import each_sensor, find_sensors
from ._look import Look, series_name

__all__ = ['Look', 'each_sensor', 'find_sensors', 'series_name']
