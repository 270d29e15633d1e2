"""A role that sleeps, or works half of the time, for some seconds."""
import time

import collab

work, seconds = collab.parameter('work'), collab.parameter('seconds')
end_s = time.monotonic() + seconds
while time.monotonic() < end_s:
    until_s = time.monotonic() + (0.01 if work else 0.0)
    while time.monotonic() < until_s:
        pass
    time.sleep(max(0.0, min(0.01 if work else 0.5, end_s - time.monotonic())))
