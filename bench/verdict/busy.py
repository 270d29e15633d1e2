"""Uses a given share of a core until it is ended: works, then sleeps, every 20 ms. Words: PERCENT."""
import sys
import time

PERIOD_S = 0.02

share = float(sys.argv[1]) / 100
began_s, used_s = time.monotonic(), time.process_time()
while True:
    # By CPU time, so that waiting for a busy processor does not make the disturbance smaller.
    due_s = (time.monotonic() - began_s) * share
    while time.process_time() - used_s < due_s:
        pass
    time.sleep(PERIOD_S)
