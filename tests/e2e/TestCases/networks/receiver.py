"""Counts the datagrams of each rank at two ports, and the connections at the one that is for both protocols."""
import select
import socket
import time

import collab

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(('0.0.0.0', collab.port('any', 5006)))
listener.listen()
inboxes = {}
for name in ('any', 'rtp'):
    inboxes[name] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    inboxes[name].bind(('0.0.0.0', collab.port(name, 5004)))

seen, connections = {name: set() for name in inboxes}, 0
until = time.monotonic() + 15
while (connections < 2 or any(len(one) < 30 for one in seen.values())) and time.monotonic() < until:
    for ready in select.select([listener] + list(inboxes.values()), [], [], 0.5)[0]:
        if ready is listener:
            listener.accept()[0].close()
            connections += 1
        else:
            name = next(name for name, inbox in inboxes.items() if inbox is ready)
            seen[name].add(ready.recv(100))
for name, datagrams in seen.items():
    collab.record(port=name, connections=connections, **{
        'from_{}'.format(sender): sum(one[0] == sender for one in datagrams) for sender in (0, 1, 2)})
