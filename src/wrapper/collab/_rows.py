"""Recording results."""
import sys
from time import monotonic

from ._lines import encode
from ._place import now


def record(**row):
    """Records one flat row of results. `monotonic_s`, the time of the row, is added unless it is given.

    Include the unit in names (total_ms, sent_bytes). Without the wrapper the row is printed. Raises OSError.
    """
    if 'monotonic_s' not in row:
        row['monotonic_s'] = round(monotonic(), 6)
    lines = now().rows
    if lines is None:
        sys.stdout.write(encode(row) + '\n')
    else:
        lines.append(row)
