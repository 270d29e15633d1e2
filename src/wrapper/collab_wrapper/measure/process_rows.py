"""A row per process: processes.jsonl."""
from ..linux import PAGE_BYTES, TICKS_PER_S
from .text import json_text


class ProcessRows(object):
    """Writes what changed: a process that used no CPU and kept its memory since its last row gets none."""

    def __init__(self, lines, tree):
        self._lines = lines
        self._tree = tree
        self._last = {}
        self._before_s = None

    def write(self, now_s):
        """One line for each process that changed; raises OSError."""
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
    """What the last row of a process said."""

    __slots__ = ('process', 'ticks', 'pages', 'parent', '_head', '_command')

    def __init__(self, process):
        self.process = process
        self.ticks = self.pages = self.parent = self._head = self._command = None

    def differs(self):
        """Whether there is something new to say."""
        process = self.process
        return (process.own_ticks != self.ticks or process.resident_pages != self.pages
                or process.parent != self.parent or process.command is None)

    def row(self, step_s):
        """The rest of a line, from its process id on. The first has no CPU share: nothing comes before it."""
        process = self.process
        cpu = ''
        if step_s is not None and step_s > 0:
            share = 100.0 * (process.own_ticks - self.ticks) / TICKS_PER_S / step_s
            cpu = ',"cpu_percent":{:.1f}'.format(share)
        command = process.command_line()
        if command is not self._command or process.parent != self.parent:
            self._command = command
            self._head = '"pid":{},"parent":{},"command":{}'.format(process.pid, process.parent, json_text(command))
        self.ticks = process.own_ticks
        self.pages, self.parent = process.resident_pages, process.parent
        return '{}{},"memory_resident_bytes":{}}}\n'.format(self._head, cpu, process.resident_pages * PAGE_BYTES)
