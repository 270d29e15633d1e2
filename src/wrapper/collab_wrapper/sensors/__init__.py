"""The sensors of a machine, one per file; a file whose name begins with `_` is not a sensor.

A sensor file has find(look), which returns the sensor or raises Absent or Unavailable with the reason. A sensor is a
probe (`metrics`, `every_s`, read(row, now_s)), or it has `rails`, `every_s` and readings() (see _power.py), or both.
metrics.json lists the sensors: a new one is a file here and a line there.
"""
from ._find import each_sensor, find_sensors
from ._look import Look, series_name

__all__ = ['Look', 'each_sensor', 'find_sensors', 'series_name']
