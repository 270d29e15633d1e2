"""Compiles Python files without running them, and prints the first error of each as JSON.

Input: {"files": [{"path": "/x/server.py", "target": [3, 6] or null}, ...]}. Output: {"version": [3, 11], "errors":
[null, ...]}, an error being {"line", "message", "source": its lines and those before it, "needs": whether the file
compiles here and uses syntax that its target lacks, "unreadable": whether it was not compiled}.
"""
import ast
import json
import re
import sys
import warnings

_LINES_BEFORE = 5


def first_error(path, target):
    """The first error of a file; None if it compiles."""
    try:
        with open(path, 'rb') as file:
            source = file.read()
    except OSError as error:
        return _error(None, error.strerror, b'', unreadable=True)
    try:
        compile(source, path, 'exec', 0, True)
    except SyntaxError as error:
        return _error(error.lineno, error.msg, source)
    except ValueError as error:  # a NUL byte, before Python 3.12
        return _error(None, str(error), source)
    except (MemoryError, RecursionError):
        return _error(None, 'it is nested too deeply', source, unreadable=True)
    return _newer_syntax(source, path, target)


def _newer_syntax(source, path, target):
    """What the target version does not know. Python tells it for some of its syntax only."""
    if target is None or tuple(target) >= sys.version_info[:2] or sys.version_info < (3, 8):
        return None
    try:
        ast.parse(source, path, feature_version=tuple(target))
    except SyntaxError as error:
        if re.search(r'only supported in Python [\d.]+ and greater', error.msg):
            return _error(error.lineno, error.msg, source, needs=True)
    except (ValueError, MemoryError, RecursionError):
        pass
    return None


def _error(line, message, source, needs=False, unreadable=False):
    lines = source.decode('utf-8', 'replace').splitlines()
    near = lines[max(0, line - 1 - _LINES_BEFORE) : line] if line else []
    return {
        'line': line or None,
        'message': message,
        'source': '\n'.join(near),
        'needs': needs,
        'unreadable': unreadable,
    }


def main():
    """Reads the request and prints the answer."""
    warnings.simplefilter('ignore')
    files = json.loads(sys.stdin.read())['files']
    errors = [first_error(one['path'], one['target']) for one in files]
    json.dump({'version': list(sys.version_info[:2]), 'errors': errors}, sys.stdout)


if __name__ == '__main__':
    main()
