"""Measuring one role: probes for its samples, and its totals."""
from .device_load import DeviceLoad
from .instruments import Instruments
from .metrics import Metrics, read_metrics
from .out_of_memory import OutOfMemory
from .process_rows import ProcessRows
from .run_totals import RunTotals
from .sampler import Sampler
from .totals import Totals

__all__ = [
    'DeviceLoad', 'Instruments', 'Metrics', 'OutOfMemory', 'ProcessRows', 'RunTotals', 'Sampler', 'Totals', 'read_metrics',
]
