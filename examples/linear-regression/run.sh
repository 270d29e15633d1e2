#!/bin/sh
# The command of the job. Its argument is the step of the descent; without one, fit.py has its own.
set -e
exec python3 fit.py "$@"
