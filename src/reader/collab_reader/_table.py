"""A table by columns, with types, as a DataFrame or as a list of dicts."""
from array import array

try:
    import pandas
    import numpy
except ImportError:  # the standard library is enough
    pandas = numpy = None

_LEAST, _GREATEST = -2 ** 63, 2 ** 63 - 1
_NO_TIME = -2 ** 63


class Column:
    """Values of one column, None where a row has none. Types: text, integer, number, boolean, time (ms since 1970), any."""

    def __init__(self, name, type=None):
        self.name = name
        self.type = type
        self.values = array('d') if type == 'number' else []

    def add(self, value):
        self.extend((value,))

    def extend(self, values):
        if isinstance(self.values, array):
            nan = float('nan')
            self.values.extend([nan if value is None else value for value in values])
        else:
            self.values.extend(values)

    def repeat(self, value, count):
        """Adds the same value so many times."""
        self.values.extend([value] * count)

    def frame_values(self):
        """The values as an array with the dtype of their type."""
        type, values = self.type or type_of(self.values), self.values
        if type == 'number':
            nan = float('nan')
            plain = values if isinstance(values, array) else [nan if one is None else one for one in values]
            return numpy.array(plain, dtype='float64')
        if type == 'text':
            return pandas.array(values, dtype='string')
        if type == 'time':
            ms = numpy.array([_NO_TIME if one is None else one for one in values], dtype='int64')
            times = pandas.Series(pandas.DatetimeIndex(ms.view('datetime64[ms]'))).dt.tz_localize('UTC')
            return times.astype('datetime64[ns, UTC]').array
        if type in ('integer', 'boolean'):
            missing = numpy.array([one is None for one in values], dtype='bool')
            kind = 'int64' if type == 'integer' else 'bool'
            filled = numpy.array([0 if one is None else one for one in values], dtype=kind)
            whole = pandas.arrays.IntegerArray if type == 'integer' else pandas.arrays.BooleanArray
            return whole(filled, missing)
        held = numpy.empty(len(values), dtype=object)
        held[:] = values
        return held

    def plain_values(self):
        """The values as Python has them; times as datetimes, and None for a missing number of a reading."""
        if self.type == 'time':
            from datetime import datetime, timedelta, timezone
            start = datetime(1970, 1, 1, tzinfo=timezone.utc)
            return [None if one is None else start + timedelta(milliseconds=one) for one in self.values]
        if isinstance(self.values, array):
            return [None if one != one else one for one in self.values]
        return self.values


def type_of(values):
    """The common type of values that a user's code chose; text for none."""
    seen = set(map(type, values)) - {type(None)}
    if not seen or seen == {str}:
        return 'text'
    if seen == {bool}:
        return 'boolean'
    if seen == {int}:
        known = [one for one in values if one is not None]
        return 'integer' if min(known) >= _LEAST and max(known) <= _GREATEST else 'any'
    return 'number' if seen <= {int, float} else 'any'


def table_of(columns):
    """A DataFrame of the columns, or a list of dicts without pandas."""
    if pandas is not None:
        # In one step: adding columns one by one fragments the frame.
        frame = pandas.DataFrame({at: column.frame_values() for at, column in enumerate(columns)}, copy=False)
        frame.columns = [column.name for column in columns]
        return frame
    names = [column.name for column in columns]
    return [dict(zip(names, row)) for row in zip(*(column.plain_values() for column in columns))]
