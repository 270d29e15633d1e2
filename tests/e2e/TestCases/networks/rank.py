"""Meets the other rank at a port of its own, named by the address of its interface, and sends ten datagrams to each port."""
import json
import socket

import collab

ME, OTHER = (collab.peer('rank', rank) for rank in (collab.rank, 1 - collab.rank))
listener = socket.socket()
listener.bind((ME.host, 0))  # fails unless the address of the device is that of an interface here
listener.listen(2)
listener.settimeout(20)
own = listener.getsockname()

if collab.rank == 0:
    with socket.socket() as store:
        store.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        store.bind(('0.0.0.0', collab.port('store', 29500)))
        store.listen(1)
        store.settimeout(20)
        collab.barrier('store', roles=['rank'], timeout_s=20)
        connection, _ = store.accept()
        with connection, connection.makefile('rw') as lines:
            lines.write(json.dumps(own) + '\n')
            lines.flush()
            theirs = json.loads(lines.readline())
else:
    collab.barrier('store', roles=['rank'], timeout_s=20)
    with socket.create_connection(OTHER.endpoint('store', 29500), 20) as connection, connection.makefile('rw') as lines:
        theirs = json.loads(lines.readline())
        lines.write(json.dumps(own) + '\n')
        lines.flush()

with socket.create_connection(tuple(theirs), 20) as connection:
    connection.sendall(bytes([collab.rank + 1]))
incoming, (host, _) = listener.accept()
with incoming:
    total = collab.rank + 1 + incoming.recv(1)[0]
collab.record(total=total, address=own[0], other=theirs[0], same=host == theirs[0])

for role, port in (('receiver', 'rtp'), ('receiver', 'any'), ('deaf', 'rtp')):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        for number in range(10):
            datagrams.sendto(bytes([collab.rank, number]), collab.peer(role).endpoint(port, 5004))
with socket.create_connection(collab.peer('receiver').endpoint('any', 5006), 20) as connection:
    connection.sendall(b'x')
