"""Named stretches of time."""
import functools
import os
import threading
import time

from ._place import now


class span(object):
    """Times a stretch of code: `with collab.span('head') as head:`, or as a decorator of a function.

    Writes one row with name, start_monotonic_s, duration_ms, the given fields, process, thread, and `error` if an
    exception left it. A given field named process, thread or error is kept, and the module's own is then called
    `span_process` and so on; a field named like the first three is kept as `span_name` and so on. Code inside may add to
    `fields`. `duration_ms` is set afterwards, also without the wrapper.
    """

    def __init__(self, name, **fields):
        self.name = name
        self.fields = fields
        self.duration_ms = None
        self._start_s = None

    def __enter__(self):
        self._start_s = time.monotonic()
        return self

    def __exit__(self, kind, _error, _trace):
        end_s = time.monotonic()
        self.duration_ms = round((end_s - self._start_s) * 1000, 6)
        lines = now().spans
        if lines is None:
            return
        row = {'name': self.name, 'start_monotonic_s': round(self._start_s, 6), 'duration_ms': self.duration_ms}
        for key, value in self.fields.items():
            row[_free(key, row)] = value
        if kind is not None:
            row[_free('error', row)] = kind.__name__
        row[_free('process', row)] = os.getpid()
        row[_free('thread', row)] = threading.current_thread().name
        lines.append(row)

    def __call__(self, function):
        """Decorates a function. Each call is a separate span, so recursion and threads work."""
        name, fields = self.name, self.fields
        if _is_coroutine(function):
            @functools.wraps(function)
            async def timed(*args, **kwargs):
                with span(name, **fields):
                    return await function(*args, **kwargs)
        else:
            @functools.wraps(function)
            def timed(*args, **kwargs):
                with span(name, **fields):
                    return function(*args, **kwargs)
        return timed


def _free(key, row):
    """The key, prefixed until the row does not have it."""
    while key in row:
        key = 'span_' + key
    return key


def _is_coroutine(function):
    """Like inspect.iscoroutinefunction, but importing inspect takes long."""
    code = getattr(function, '__code__', None)
    return bool(getattr(code, 'co_flags', 0) & 0x80)
