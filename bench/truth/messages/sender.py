"""Sends messages of several sizes over a link that is idle before each, and records how long each took."""
import collab
import transfer

host, port = collab.peer('receiver').endpoint('messages')
for size in [int(word) for word in collab.parameter('sizes').split()]:
    for repeat in range(collab.parameter('repeats')):
        collab.record(size_bytes=size, took_ms=transfer.send(host, port, size))
