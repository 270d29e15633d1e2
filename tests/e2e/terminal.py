"""Runs a command in a terminal of 30 rows and 100 columns, or those of TERMINAL_COLUMNS; JSON steps on argv: wait for a text, then type, resize or hang up.

After 60 s, or those of TERMINAL_S in the environment, the command is killed; the exit code is then 124."""
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

steps = json.loads(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])


def resize(rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


resize(30, int(os.environ.get("TERMINAL_COLUMNS", 100)))
seen = ""
ends = time.time() + float(os.environ.get("TERMINAL_S", 60))
while time.time() < ends:
    readable, _, _ = select.select([fd], [], [], 0.2)
    if readable:
        try:
            seen += os.read(fd, 4096).decode(errors="replace")
        except OSError:
            break
    if steps and steps[0]["wait"] in seen:
        step = steps.pop(0)
        if "resize" in step:
            resize(*step["resize"])
            time.sleep(1)
        if "type" in step:
            time.sleep(0.5)
            os.write(fd, step["type"].encode())
        if "hangup" in step:
            time.sleep(0.5)
            os.close(fd)
            signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
            signal.alarm(max(1, int(ends - time.time())))
            break
else:
    os.kill(pid, signal.SIGKILL)
sys.stdout.write(seen)
sys.stdout.flush()
status = os.waitpid(pid, 0)[1]
os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 124)
