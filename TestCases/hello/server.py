"""Sends every message back, until the client says bye."""
import socket

import collab
import wire

PORT = collab.port('chat', 7000)  # the second value is the default without collab

with socket.socket() as listener:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(('0.0.0.0', PORT))
    listener.listen()
    print('listening on port {}'.format(PORT))
    collab.ready()  # now the client may start
    connection, _ = listener.accept()

with connection:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    number = 0
    while True:
        message = wire.receive(connection)
        if not message:
            break
        with collab.span('answer', message=number) as answer:
            wire.send(connection, message)
        collab.record(message=number, received_bytes=len(message), answer_ms=answer.duration_ms)
        number += 1

print('the client disconnected after {} messages'.format(number))
