"""Asks the server in each trial, and dies once: in the first attempt at the second trial."""
import os
import socket
import sys

import collab

for trial in collab.trials():
    with socket.create_connection(collab.peer("server").endpoint("echo", 5100), timeout=10) as connection:
        connection.sendall(str(trial.number).encode())
        connection.recv(10)
    collab.record(pid=os.getpid(), trial=trial.number, n=trial.parameters["n"])
    if (trial.number, trial.attempt) == (2, 1):
        sys.exit("this attempt ends badly")
