"""Measuring one role: probes for its samples, and its totals."""
from .device_load import DeviceLoad
from .instruments import Instruments
from .made_cgroup import processes_in, remove_made
from .metrics import Metrics, read_metrics
from .out_of_memory import OutOfMemory
from .process_rows import ProcessRows
from .run_totals import RunTotals
from .sampler import Sampler
from .totals import Totals

__all__ = ['DeviceLoad', 'Instruments', 'Metrics', 'OutOfMemory', 'ProcessRows', 'RunTotals', 'Sampler', 'Totals',
           'processes_in', 'read_metrics', 'remove_made']
