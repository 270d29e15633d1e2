"""The wrapper's files: whole lines, one write each, and exit.json, atomically and last."""
import errno
import json
import os
import time


class Lines(object):
    """Appends JSON lines to a file. A reader only sees whole lines."""

    def __init__(self, path):
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def close(self):
        """Closes the file. Calling it twice is harmless."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def write(self, row):
        """Appends one row; if the disk is full, raises OSError and leaves no partial line."""
        self.write_text(json.dumps(row, allow_nan=False, separators=(',', ':')) + '\n')

    def write_text(self, text):
        """Appends whole lines; if the disk is full, raises OSError and leaves none of them."""
        line = text.encode('ascii')
        written = os.write(self._descriptor, line)
        if written != len(line):
            os.ftruncate(self._descriptor, os.fstat(self._descriptor).st_size - written)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class StateLog(object):
    """state.jsonl. A line that cannot be written is kept and retried with the next one."""

    def __init__(self, path, told):
        self._lines = Lines(path)
        self._told = told
        self._waiting = []

    def write(self, state, monotonic_s=None, **fields):
        """Writes a line now, or as of `monotonic_s`. It does not raise.

        `state` is started, ready, stopping or exited; or absent, unavailable or estimated, with `metric` and `reason`.
        """
        now_s, realtime_s, error_s = _both_clocks()
        if monotonic_s is None:
            monotonic_s = now_s
        row = {
            'state': state,
            'monotonic_s': round(monotonic_s, 6),
            'realtime_s': round(realtime_s - (now_s - monotonic_s), 6),
            'realtime_error_s': round(error_s + 1e-6, 6),
        }
        row.update(fields)
        self._waiting.append(row)
        try:
            while self._waiting:
                self._lines.write(self._waiting[0])
                del self._waiting[0]
        except OSError:
            return
        self._told.tell()

    def close(self):
        """Closes the file."""
        self._lines.close()


def _both_clocks():
    """CLOCK_MONOTONIC and CLOCK_REALTIME at one moment, within +- the third value; all in seconds.

    The narrowest of up to five readings: an interruption between two clocks widens a reading.
    """
    best = None
    for _ in range(5):
        before_s, realtime_s, after_s = time.monotonic(), time.time(), time.monotonic()
        error_s = (after_s - before_s) / 2
        if best is None or error_s < best[2]:
            best = (before_s + error_s, realtime_s, error_s)
        if error_s < 5e-6:
            break
    return best


class ExitFile(object):
    """exit.json. Its disk space is allocated at the start, so that a full disk does not lose the totals."""

    _ALLOCATED_BYTES = 32768

    def __init__(self, path, told):
        self._path = path
        self._told = told
        self._part = path + '.part'
        self._descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            os.posix_fallocate(self._descriptor, 0, self._ALLOCATED_BYTES)
        except OSError:
            pass  # not every file system supports it

    def write(self, record):
        """Writes the record to a temporary file and renames it to exit.json."""
        data = (json.dumps(record, allow_nan=False, indent=2) + '\n').encode('ascii')
        with os.fdopen(self._descriptor, 'wb', 0) as file:
            while data:
                data = data[file.write(data):]
            file.truncate(file.tell())
            os.fsync(file.fileno())
        os.rename(self._part, self._path)
        self._told.tell()
