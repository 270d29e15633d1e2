"""Alternatives for measuring a process tree, for the wrapper's benchmark: a typical sampler based on psutil.

    python3 samplers.py psutil HZ OUT -- COMMAND...

Prints nothing. OUT gets a line per process and reading, and at the end `peak` and `cpu`: the largest sum of resident
sets, and the CPU seconds of the last reading of each process.
"""
import subprocess
import sys
import time

import psutil


def main(hz, out, command):
    """Samples until the command ends."""
    root = subprocess.Popen(command)
    known = {root.pid: psutil.Process(root.pid)}
    cpu_s, peak_bytes = {}, 0
    interval_s = 1.0 / hz
    due_s = time.monotonic()
    with open(out, 'w', 1) as file:
        while root.poll() is None:
            try:
                for child in known[root.pid].children(recursive=True):
                    known.setdefault(child.pid, child)
            except psutil.Error:
                pass
            total_bytes = 0
            for pid, process in list(known.items()):
                try:
                    with process.oneshot():
                        times, memory = process.cpu_times(), process.memory_info()
                        counters = process.io_counters()
                except psutil.Error:
                    if pid != root.pid:
                        del known[pid]
                    continue
                cpu_s[pid] = times.user + times.system
                total_bytes += memory.rss
                file.write('{:.6f},{},{},{},{}\n'.format(
                    time.monotonic(), pid, cpu_s[pid], memory.rss, counters.write_bytes))
            network = psutil.net_io_counters()
            file.write('{:.6f},{},{},{}\n'.format(
                time.monotonic(), total_bytes, network.bytes_recv, network.bytes_sent))
            peak_bytes = max(peak_bytes, total_bytes)
            due_s += interval_s
            time.sleep(max(0.0, due_s - time.monotonic()))
        file.write('peak {}\ncpu {}\n'.format(peak_bytes, sum(cpu_s.values())))


if __name__ == '__main__':
    main(float(sys.argv[2]), sys.argv[3], sys.argv[5:])
