"""Recording results."""
import sys
from time import monotonic as _now

from . import _environment
from ._lines import Lines, encode

_path = _environment.text('COLLAB_RECORDS')
_lines = None if _path is None else Lines(_path)


def record(**row):
    """Records one flat row of results. `monotonic_s`, the time of the row, is added unless it is given.

    Include the unit in names (total_ms, sent_bytes). Without the wrapper the row is printed. Raises OSError.
    """
    if 'monotonic_s' not in row:
        row['monotonic_s'] = round(_now(), 6)
    if _lines is None:
        sys.stdout.write(encode(row) + '\n')
    else:
        _lines.append(row)
