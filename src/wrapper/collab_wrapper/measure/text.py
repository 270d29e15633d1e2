"""Rows as JSON, without an object of the json module for each."""
import json

json_text = json.encoder.encode_basestring_ascii


def flat_line(monotonic_s, row):
    """A line of a sample: numbers by name. They are finite, which their readers see to."""
    parts = ['{{"monotonic_s":{:.6f}'.format(monotonic_s)]
    for name, value in row.items():
        parts.append(',"{}":{!r}'.format(name, value))
    parts.append('}\n')
    return ''.join(parts)
