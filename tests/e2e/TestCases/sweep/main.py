import os
import sys

import collab

rate, spread = collab.parameter('rate', 0.0), collab.parameter('spread', 0)
if sys.argv[1] != str(rate):
    sys.exit('the command and the module have different values')
collab.record(total_ms=10 + spread * int(os.environ['COLLAB_REPEAT']))
