"""Computes the layers of the network that the client leaves to it."""
import socket

import collab
import network

SPLIT = collab.parameter('split', 2)

tail = network.weights()[SPLIT:]
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(('0.0.0.0', collab.port('features', 7000)))
listener.listen(1)
collab.ready()

connection, _ = listener.accept()
connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
with connection, connection.makefile('rb') as lines:
    for number, line in enumerate(lines):
        with collab.span('tail', frame=number) as computing:
            scores = network.forward(tail, network.unpack(line))
        connection.sendall(network.pack(scores))
        collab.record(frame=number, tail_ms=computing.duration_ms)
print('computed {} of {} layers'.format(len(tail), network.LAYERS))
