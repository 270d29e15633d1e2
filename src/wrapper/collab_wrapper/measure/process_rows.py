"""Rows of processes.jsonl: one per process that changed."""
import json

from ..linux import PAGE_BYTES, TICKS_PER_S

_json_text = json.encoder.encode_basestring_ascii


class ProcessRows(object):
    """Writes a row for each process that used CPU or whose memory changed since its last row."""

    def __init__(self, lines, tree):
        self._lines = lines
        self._tree = tree
        self._last = {}
        self._before_s = None

    def write(self, now_s):
        """Writes one line for each process that changed; raises OSError."""
        changed = self._tree.changed
        before_s, self._before_s = self._before_s, now_s
        if not changed:
            return
        rows = []
        at = '{{"monotonic_s":{:.6f},'.format(now_s)
        for pid, process in changed.items():
            last = self._last.get(pid)
            if last is None or last.process is not process:
                last = self._last[pid] = _Last(process)
                rows.append(at + last.row(None))
            elif last.differs():
                rows.append(at + last.row(now_s - before_s))
        changed.clear()
        processes = self._tree.processes
        if len(self._last) > len(processes):
            self._last = {pid: last for pid, last in self._last.items() if pid in processes}
        if rows:
            self._lines.write_text(''.join(rows))


class _Last(object):
    """The values in the last row of a process."""

    __slots__ = ('process', 'ticks', 'pages', 'parent', '_head', '_command')

    def __init__(self, process):
        self.process = process
        self.ticks = self.pages = self.parent = self._head = self._command = None

    def differs(self):
        """Whether the process differs from its last row."""
        process = self.process
        if process.command is None:  # it has executed another program
            return True
        last = (self.ticks, self.pages, self.parent)
        return (process.own_ticks, process.resident_pages, process.parent) != last

    def row(self, step_s):
        """The line from the pid on. `step_s` is the time since the last scan, or None for a first row without CPU."""
        process = self.process
        cpu = ''
        if step_s is not None and step_s > 0:
            share = 100.0 * (process.own_ticks - self.ticks) / TICKS_PER_S / step_s
            cpu = ',"cpu_percent":{:.1f}'.format(share)
        command = process.command_line()
        if command is not self._command or process.parent != self.parent:
            self._command = command
            self._head = '"pid":{},"parent":{},"command":{}'.format(process.pid, process.parent, _json_text(command))
        self.ticks = process.own_ticks
        self.pages, self.parent = process.resident_pages, process.parent
        return '{}{},"memory_resident_bytes":{}}}\n'.format(self._head, cpu, process.resident_pages * PAGE_BYTES)
