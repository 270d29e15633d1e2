"""Sends every line back, until the client closes the connection."""
import socket

import collab

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(('0.0.0.0', collab.port('chat', 7000)))  # the second value counts without collab
listener.listen(1)
collab.ready()  # now the client may start

connection, _ = listener.accept()
answered = 0
with connection, connection.makefile('rb') as lines:
    for line in lines:
        with collab.span('answer', message=answered):  # a stretch of time with a name
            connection.sendall(line)
        answered += 1
print('answered {} lines'.format(answered))
