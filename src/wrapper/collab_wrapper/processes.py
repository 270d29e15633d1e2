"""A row per process: processes.jsonl."""
from .process import PAGE_BYTES, TICKS_PER_S
from .text import json_text


class ProcessRows(object):
    """Writes what changed: a process that used no CPU and kept its memory since its last row gets none."""

    def __init__(self, lines, tree):
        self._lines = lines
        self._tree = tree
        self._last = {}

    def write(self, now_s):
        """One line for each process that changed; raises OSError."""
        processes = self._tree.processes
        rows = []
        at = '{{"monotonic_s":{:.6f},'.format(now_s)
        for pid, process in processes.items():
            last = self._last.get(pid)
            if last is None or last.process is not process:
                last = self._last[pid] = _Last(process)
            elif (process.own_ticks == last.ticks and process.resident_pages == last.pages
                  and process.parent == last.parent and process.command is not None):
                last.at_s = now_s
                continue
            rows.append(at + last.row(process, now_s))
        if rows:
            self._lines.write_text(''.join(rows))
        if len(self._last) > len(processes):
            self._last = {pid: last for pid, last in self._last.items() if pid in processes}


class _Last(object):
    """What the last row of a process said."""

    __slots__ = ('process', 'at_s', 'ticks', 'pages', 'parent', '_head', '_command')

    def __init__(self, process):
        self.process = process
        self.at_s = None
        self.ticks = self.pages = self.parent = self._head = self._command = None

    def row(self, process, now_s):
        """The rest of a line, from its process id on. The first has no CPU share: nothing comes before it."""
        cpu = ''
        if self.at_s is not None and now_s > self.at_s:
            share = 100.0 * (process.own_ticks - self.ticks) / TICKS_PER_S / (now_s - self.at_s)
            cpu = ',"cpu_percent":{:.1f}'.format(share)
        command = process.command_line()
        if command is not self._command or process.parent != self.parent:
            self._command = command
            self._head = '"pid":{},"parent":{},"command":{}'.format(process.pid, process.parent, json_text(command))
        self.at_s, self.ticks = now_s, process.own_ticks
        self.pages, self.parent = process.resident_pages, process.parent
        return '{}{},"memory_resident_bytes":{}}}\n'.format(self._head, cpu, process.resident_pages * PAGE_BYTES)
