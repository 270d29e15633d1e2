import sys
import time

import collab

how = collab.parameter("how")
collab.record(how=how, step=1)
print("worker at work:", how, flush=True)
if how == "exit-1":
    print("the worker cannot go on", file=sys.stderr)
    sys.exit(1)
if how == "hang":
    time.sleep(3600)
if how == "hog":
    hoard = bytearray(4 << 30)
    for at in range(0, len(hoard), 4096):
        hoard[at] = 1
if how == "long":
    for step in range(600):
        collab.record(how=how, step=step)
        time.sleep(0.1)
