"""Sends lines to the server, and records how long each answer takes."""
import socket

import collab

MESSAGES = collab.parameter('messages', 10)  # the second value counts without collab
SIZE_BYTES = collab.parameter('size_bytes', 64)

message = b'x' * (SIZE_BYTES - 1) + b'\n'
address = collab.peer('server').endpoint('chat', 7000)  # wherever the server runs
with socket.create_connection(address, timeout=10) as connection:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection.makefile('rb') as answers:
        for number in range(MESSAGES):
            with collab.span('round-trip', message=number) as round_trip:
                connection.sendall(message)
                answer = answers.readline()
            if answer != message:
                raise SystemExit('line {} came back changed'.format(number))
            # A row of the results: collab show and collab report summarize each column.
            collab.record(message=number, round_trip_ms=round_trip.duration_ms)
print('sent {} lines of {} bytes'.format(MESSAGES, SIZE_BYTES))
