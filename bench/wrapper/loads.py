"""Loads for the wrapper's benchmark.

    busy SECONDS            one busy process
    tree COUNT SECONDS      COUNT processes in all, each of which works 2 ms in 100
    children COUNT MS       COUNT children one after another, each MS of CPU long; prints the CPU of all, from wait4
    peak MIB MS             nothing, then a peak of MIB for MS, then nothing; prints its largest resident set in bytes
"""
import os
import resource
import sys
import time


def busy(seconds):
    """Works until the time is up."""
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        sum(range(1000))


def tree(count, seconds):
    """Children of one parent, each with a little work."""
    end_s = time.monotonic() + seconds
    for _ in range(count - 1):
        if os.fork() == 0:
            break
    while time.monotonic() < end_s:
        until_s = time.monotonic() + 0.002
        while time.monotonic() < until_s:
            pass
        time.sleep(0.098)


def children(count, milliseconds):
    """Short-lived children; the true value is their usage from wait4 plus the usage of their parent."""
    for _ in range(count):
        if os.fork() == 0:
            while time.process_time() < milliseconds / 1000.0:
                pass
            os._exit(0)
        os.wait()
    waited, own = resource.getrusage(resource.RUSAGE_CHILDREN), resource.getrusage(resource.RUSAGE_SELF)
    print(waited.ru_utime + waited.ru_stime + own.ru_utime + own.ru_stime)


def peak(mebibytes, milliseconds):
    """A peak shorter than the interval of a sampler at 10 Hz."""
    time.sleep(0.53)
    block = bytearray(b'x') * (mebibytes << 20)
    time.sleep(milliseconds / 1000.0)
    del block
    time.sleep(0.4)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


if __name__ == '__main__':
    {'busy': busy, 'tree': tree, 'children': children, 'peak': peak}[sys.argv[1]](
        *[float(one) if '.' in one else int(one) for one in sys.argv[2:]])
