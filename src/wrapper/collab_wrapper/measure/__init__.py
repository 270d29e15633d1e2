"""Measuring one role: accounts for its totals, and probes for its samples."""
from .account import Account
from .metrics import Metrics, read_metrics
from .out_of_memory import OutOfMemory
from .parts import Parts
from .process_rows import ProcessRows
from .sampler import Sampler
from .totals import Totals

__all__ = ['Account', 'Metrics', 'OutOfMemory', 'Parts', 'ProcessRows', 'Sampler', 'Totals', 'read_metrics']
