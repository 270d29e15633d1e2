"""Writing rows as JSON lines: whole, in order, from any thread and after any fork."""
import json
import math
import os


class Lines(object):
    """Appends rows to a file, which is opened at the first one.

    One write per line and O_APPEND keep the lines of threads and forked processes whole.
    """

    _descriptor = None

    def __init__(self, path):
        self.path = path

    def append(self, row):
        """Writes one row; raises OSError."""
        data = encode(row).encode('ascii') + b'\n'
        if self._descriptor is None:
            self._open()
        written = os.write(self._descriptor, data)
        while written < len(data):  # the disk is filling up: the next write raises the error
            written += os.write(self._descriptor, data[written:])

    def _open(self):
        """Without a lock, which a forked process might find locked: of two threads, one opens it in vain."""
        mine = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        if self.__dict__.setdefault('_descriptor', mine) != mine:
            os.close(mine)

    def __del__(self):
        descriptor = self.__dict__.pop('_descriptor', None)
        if descriptor is not None:
            try:
                os.close(descriptor)
            except (OSError, TypeError, AttributeError):
                pass  # as while the interpreter ends


def encode(row):
    """A row as JSON on one line. Values that JSON lacks (NaN, infinity) become null and are named in `_not_finite`."""
    try:
        return _strict(row)
    except ValueError:
        return _strict(_named(row))


def _plain(value):
    """Converts a value that json does not know: scalars and arrays of numpy, torch and others, sets, else text."""
    for name in ('item', 'tolist'):
        method = getattr(value, name, None)
        if method is not None:
            try:
                return method()
            except (TypeError, ValueError, RuntimeError):
                pass  # item() of an array with several elements
    if hasattr(value, '__float__'):  # Decimal, Fraction
        try:
            return float(value)
        except Exception:  # a library's own, as for a quantity with a unit: it becomes text
            pass
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    return str(value)


def _encoder():
    """The C encoder of the json module, created once: JSONEncoder.encode would create one for each row."""
    strict = json.JSONEncoder(allow_nan=False, separators=(',', ':'), default=_plain)
    try:
        make, text = json.encoder.c_make_encoder, json.encoder.c_encode_basestring_ascii
        chunks = make(None, _plain, text, None, ':', ',', False, False, False)
        if ''.join(chunks({'a': [1, 2.5, None, 'b']}, 0)) == '{"a":[1,2.5,null,"b"]}':
            return lambda row: ''.join(chunks(row, 0))
    except (AttributeError, TypeError):
        pass  # this Python has no C encoder, or a different one
    return strict.encode


_strict = _encoder()


def _named(row):
    """The row without numbers that JSON lacks, and what they were: `{"loss": null, "_not_finite": {"loss": "NaN"}}`."""
    plain, names = {}, {}
    for key, value in row.items():
        lost = []
        plain[key] = _finite(value, lost)
        if lost:
            names[key] = lost[0]
    plain['_not_finite'] = names
    return plain


def _finite(value, lost):
    """The value with null for what JSON lacks, which is added to `lost`."""
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        lost.append('NaN' if math.isnan(value) else 'Infinity' if value > 0 else '-Infinity')
        return None
    if isinstance(value, dict):
        return {key: _finite(one, lost) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one, lost) for one in value]
    if value is None or isinstance(value, (str, int)):
        return value
    return _finite(_plain(value), lost)
