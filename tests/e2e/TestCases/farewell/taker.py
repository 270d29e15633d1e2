"""Reads everything, but only after a while; or nothing."""
import socket
import time

import collab

listener = socket.socket()
listener.bind(('0.0.0.0', collab.port('in', 7000)))
listener.listen(1)
collab.ready()
taker, _ = listener.accept()
if collab.parameter('reads', 'late') == 'never':
    time.sleep(15)
else:
    time.sleep(1.5)
    received_bytes = 0
    while True:
        data = taker.recv(65536)
        if not data:
            break
        received_bytes += len(data)
    collab.record(received_bytes=received_bytes, saw_end=1)
