"""Runs one role of one trial on this device and measures its whole process tree.

    python3 wrapper.py FOLDER
    python3 wrapper.py --sensors FOLDER
    python3 wrapper.py --end FOLDER
    python3 wrapper.py --overhead [PAIRS [SECONDS [SAMPLING_S [FOLDER]]]]

FOLDER holds role.json; samples, states, output and exit.json are written beside it. The exit code is the command's,
128 + the signal that ended it, 124 after a timeout, 127 if it could not be started, 125 for a fault of the wrapper.

With --sensors it runs on the host of the container in which a role runs, and reads what the container cannot see: see
collab_wrapper/host/sampler.py. With --end it kills what a role left whose wrapper was killed: see
collab_wrapper/host/left_behind.py. With --overhead it prints, as one line of JSON, what measuring costs on this device, its files
in FOLDER: see collab_wrapper/host/overhead.py.
"""
import sys

from collab_wrapper.main import main

if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
