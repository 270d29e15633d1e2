"""The records of a role's JSONL files."""
import json
import warnings

_NUMBERS = {int, float, type(None)}
_NAMES = {'NaN': float('nan'), 'Infinity': float('inf'), '-Infinity': float('-inf')}


def records(path, fits):
    """Yields the records of a file; a missing file has none. Lines that are no record are left out, with a warning."""
    broken, cut = 0, False
    try:
        file = path.open('rb')
    except FileNotFoundError:
        return
    with file:
        for line in file:
            try:
                record = json.loads(line.decode('utf-8', 'replace'))
            except ValueError:
                record = None
            if record is not None and fits(record):
                yield record
            elif not line.endswith(b'\n'):
                cut = True
            elif line.strip():
                broken += 1
    if broken or cut:
        what = ['{} broken line{}'.format(broken, '' if broken == 1 else 's')] if broken else []
        what += ['an incomplete last line'] if cut else []
        warnings.warn('{}: left out {}.'.format(path, ' and '.join(what)), stacklevel=2)


def named(record):
    """A record with the values that JSON lacks (NaN, infinity), which the row names in `_not_finite`."""
    lost = record.pop('_not_finite', None)
    if isinstance(lost, dict):
        for key, name in lost.items():
            if record.get(key, name) is None and name in _NAMES:
                record[key] = _NAMES[name]
    return record


def is_row(record):
    return isinstance(record, dict)


def is_sample(record):
    return (isinstance(record, dict) and _NUMBERS.issuperset(map(type, record.values()))
            and record.get('monotonic_s') is not None)


def is_span(record):
    return (isinstance(record, dict) and isinstance(record.get('name'), str)
            and _is_number(record.get('start_monotonic_s')) and _is_number(record.get('duration_ms')))


def is_process(record):
    return (isinstance(record, dict) and isinstance(record.get('command'), str)
            and all(_is_number(record.get(key)) for key in ('monotonic_s', 'pid', 'parent', 'memory_resident_bytes')))


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)
