"""Runs a script, shows what it prints, and makes a row of the results of each line like `step=10 loss=0.5`."""
import re
import subprocess
import sys

import collab

NUMBER = re.compile(r'(\w+)=(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?!\S)')

command = [sys.executable, '-u'] + sys.argv[1:]  # -u: each line comes when it is printed
with collab.span('script'):
    script = subprocess.Popen(command, stdout=subprocess.PIPE, universal_newlines=True)
    for line in script.stdout:
        sys.stdout.write(line)
        values = {name: float(value) for name, value in NUMBER.findall(line)}
        if values:
            collab.record(**values)
    code = script.wait()
sys.exit(code)  # a script that fails is a trial that fails
