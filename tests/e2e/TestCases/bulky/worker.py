import os
import time

import collab

with open(os.path.join(collab.outputs, "weights.bin"), "wb") as file:
    file.write(b"w" * (collab.parameter("megabytes") << 20))
collab.ready()
time.sleep(collab.parameter("wait_s"))
