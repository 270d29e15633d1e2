"""Computes the first layers of the network, and has the server compute the others."""
import socket

import collab
import network

SPLIT = collab.parameter('split', 2)
FRAMES = collab.parameter('frames', 20)

head = network.weights()[:SPLIT]
with socket.create_connection(collab.peer('server').endpoint('features', 7000), timeout=10) as connection:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection.makefile('rb') as answers:
        for number in range(FRAMES):
            values = network.frame(number)
            with collab.span('frame', frame=number) as whole:
                with collab.span('head', frame=number) as computing:
                    features = network.pack(network.forward(head, values))
                with collab.span('remote', frame=number) as waiting:
                    connection.sendall(features)
                    scores = network.unpack(answers.readline())
            collab.record(
                frame=number,
                predicted=scores.index(max(scores)),  # the class; the same wherever the network is cut
                head_ms=computing.duration_ms,
                remote_ms=waiting.duration_ms,
                total_ms=whole.duration_ms,
                sent_bytes=len(features),
            )
print('{} frames, cut after layer {} of {}'.format(FRAMES, SPLIT, network.LAYERS))
