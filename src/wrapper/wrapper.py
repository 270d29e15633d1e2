"""Runs one role of one trial on this device and measures its whole process tree.

    python3 wrapper.py FOLDER
    python3 wrapper.py --sensors FOLDER
    python3 wrapper.py --end FOLDER
    python3 wrapper.py --overhead [PAIRS [SECONDS [SAMPLING_S [FOLDER]]]]

FOLDER holds role.json; samples, states, output and exit.json are written there. The exit code is the command's, or
128 + the signal that ended it, 124 after a timeout, 127 if it could not be started, 125 for a fault of the wrapper.

--sensors runs on the host of the container and reads what the container cannot see (collab_wrapper/host/sampler.py).
--end kills the processes of a role whose wrapper was killed (collab_wrapper/host/left_behind.py).
--overhead prints what measuring costs on this device as one line of JSON, and keeps its files in FOLDER meanwhile
(collab_wrapper/host/overhead.py).
"""
import sys

from collab_wrapper.main import main

if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
