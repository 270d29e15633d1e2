#!/bin/sh
# make-venv.sh <venv> <folder> <requirements file>: makes a virtual environment on top of the packages of this Python, and installs what
# the file names into it. It runs in the folder, the job's, so that relative paths mean what they mean there. POSIX sh.
set -eu
venv=$1 folder=$2 requirements=$3
# `python3 -m` takes modules of the current folder first. Those of a job must not run here:
# other jobs use the environment too.
cd /
# pip builds in a folder for temporary files, and keeps nothing.
export PIP_RETRIES=2 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PYTHONDONTWRITEBYTECODE=
python3 -m venv --without-pip --system-site-packages "$venv"
python=$venv/bin/python3
if ! "$python" -m pip --version >/dev/null 2>&1; then
  # Debian's wheel of pip, which its module venv uses too.
  wheel=
  for file in /usr/share/python-wheels/pip-*.whl; do
    [ ! -f "$file" ] || wheel=$file
  done
  if [ -n "$wheel" ]; then
    export PYTHONPATH="$wheel"
  elif ! "$python" -m ensurepip >/dev/null 2>&1; then
    echo 'There is no pip: add python3-pip-whl (Debian), or pip, to the base image.' >&2
    exit 1
  fi
fi
cd "$folder"
run_pip='import sys; sys.path[:] = filter(None, sys.path); import runpy; runpy.run_module("pip", run_name="__main__", alter_sys=True)'
"$python" -c "$run_pip" install --progress-bar off -r "$requirements"
