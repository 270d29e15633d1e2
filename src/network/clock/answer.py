"""Answers each input line with three times in seconds: the wall clock when the line arrived, the wall clock when the answer
was sent, and CLOCK_MONOTONIC."""
import sys
import time

for _ in iter(sys.stdin.readline, ''):
    received, monotonic = time.time(), time.monotonic()
    sys.stdout.write('%.6f %.6f %.6f\n' % (received, time.time(), monotonic))
    sys.stdout.flush()
