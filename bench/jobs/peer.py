"""Tasks for Celery: the peer of the queue and of whole tasks. REDIS_PORT and ACKS_LATE are in the environment."""

import os
import subprocess
import sys
import time

from celery import Celery, group

address = "redis://127.0.0.1:%s/0" % os.environ["REDIS_PORT"]
app = Celery("peer", broker=address, backend=address)
app.conf.task_acks_late = os.environ["ACKS_LATE"] == "yes"


@app.task(name="peer.nothing")
def nothing(number):
    return number


@app.task(name="peer.program")
def program(number):
    return subprocess.call(["true"])


def measure(task, count):
    """Seconds from the submission of the first task until all results are here."""
    started = time.monotonic()
    results = group(task.s(number) for number in range(count)).apply_async().join(timeout=600)
    took = time.monotonic() - started
    if len(results) != count:
        raise SystemExit("%d results of %d tasks" % (len(results), count))
    return took


if __name__ == "__main__":
    chosen = {"nothing": nothing, "program": program}[sys.argv[1]]
    nothing.delay(0).get(timeout=60)
    print(measure(chosen, int(sys.argv[2])))
