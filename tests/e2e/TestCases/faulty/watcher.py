import time

import collab

if collab.parameter("how") == "never-ready":
    raise SystemExit("the watcher has no wish to start")
collab.ready()
while True:
    time.sleep(1)
