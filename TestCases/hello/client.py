"""Sends messages to the server and measures the round-trip time of each."""
import os
import socket
import time

import collab
import wire

MESSAGES = collab.parameter('messages', 10)
SIZE_BYTES = collab.parameter('size_bytes', 64)
PAUSE_S = 0.05  # between messages, so that each is visible in the samples

round_trips_ms = []
server = collab.peer('server').endpoint('chat', 7000)
with socket.create_connection(server, timeout=10) as connection:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for number in range(MESSAGES):
        message = os.urandom(SIZE_BYTES)
        with collab.span('round-trip', message=number) as round_trip:
            wire.send(connection, message)
            answer = wire.receive(connection)
        if answer != message:
            raise SystemExit('message {} came back changed'.format(number))
        round_trips_ms.append(round_trip.duration_ms)
        collab.record(message=number, sent_bytes=len(message), round_trip_ms=round_trip.duration_ms)
        time.sleep(PAUSE_S)
    wire.send(connection, b'')

# Files in this folder are collected with the run.
with open(str(collab.outputs / 'round-trips.txt'), 'w') as file:
    for round_trip_ms in sorted(round_trips_ms):
        file.write('{:.3f} ms\n'.format(round_trip_ms))
print('{} messages, median round trip {:.3f} ms'.format(MESSAGES, sorted(round_trips_ms)[MESSAGES // 2]))
