"""Pickles tables as DataFrames. For each table, stdin has a line with the names and types of its columns, a JSON array per
row and an empty line; stdout gets the length of the pickle (8 bytes, little-endian) and the pickle. Python 3.4 and later
read protocol 4. NumPy 2 has renamed its core modules, which NumPy 1 cannot resolve; both resolve the old names."""
import json
import pickle
import struct
import sys

import pandas

renamed = sys.modules.get('numpy._core.multiarray')
for function in ('_reconstruct', 'scalar'):
    if renamed is not None:
        getattr(renamed, function).__module__ = 'numpy.core.multiarray'

kinds = {'number': 'float64', 'integer': 'Int64'}
lines = iter(sys.stdin.buffer)
for head in lines:
    columns = json.loads(head.decode('utf-8'))
    values = dict((name, []) for name, kind in columns)
    for line in lines:
        if line == b'\n':
            break
        row = json.loads(line.decode('utf-8'))
        for (name, kind), value in zip(columns, row):
            values[name].append(value)
    frame = {}
    for name, kind in columns:
        column = pandas.Series(values.pop(name), dtype=kinds.get(kind, 'object'))
        frame[name] = pandas.to_datetime(column, utc=True) if kind == 'time' else column
    data = pickle.dumps(pandas.DataFrame(frame, columns=[name for name, kind in columns]), protocol=4)
    sys.stdout.buffer.write(struct.pack('<Q', len(data)))
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
