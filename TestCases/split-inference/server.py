"""The server: takes what the client's head made, runs the tail, answers with the class.

Says `warmup complete` when it can be asked. One process serves all trials of a run (`restart: run`); it ends after the
last one, or with code 0 on SIGTERM.
"""

import os
import signal
import sys

import collab

import weights

WARMUPS = 2
"""Runs of the whole network before the server says that it is ready."""


def on_stop(act):
    """Lets SIGTERM and SIGINT call `act`."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: act())


def main():
    """Loads, warms up, serves all trials of this process, until SIGTERM or SIGINT."""
    on_stop(lambda: os._exit(0))  # also during the imports, whose native parts do not survive an exception
    probe = weights.NetworkProbe()  # runs while torch is imported
    import torch

    import model
    import service
    import wire

    model.set_up_torch()
    network, name = weights.load(probe=probe)
    for _ in range(WARMUPS):
        model.run(network, torch.zeros(model.IMAGE_SHAPE))
    host = "127.0.0.1" if collab.role is None else "0.0.0.0"  # by hand, for this machine alone
    address = "%s:%d" % (host, collab.port("grpc", wire.DEFAULT_PORT))
    server = service.start(network, name, address)
    on_stop(sys.exit)  # leaves the loop
    print("weights %s, %d threads, listening on %s" % (name, torch.get_num_threads(), address))
    print("warmup complete", flush=True)
    try:
        for _ in collab.trials():
            pass  # gRPC's threads answer; nothing here is of one trial only
        if collab.role is None:
            signal.pause()
    finally:
        server.stop(1).wait()


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        sys.exit("server: %s" % error)
