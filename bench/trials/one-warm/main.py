import time

import collab

for trial in collab.trials():
    time.sleep(0.5)
