"""Messages on a socket: a length of four bytes, then the message. An empty message means goodbye."""
import struct

_LENGTH = struct.Struct('!I')


def send(connection, message):
    connection.sendall(_LENGTH.pack(len(message)) + message)


def receive(connection):
    (length,) = _LENGTH.unpack(_read(connection, _LENGTH.size))
    return _read(connection, length)


def _read(connection, length):
    chunks = []
    while length > 0:
        chunk = connection.recv(min(length, 65536))
        if not chunk:
            raise ConnectionError('the other side closed the connection in the middle of a message')
        chunks.append(chunk)
        length -= len(chunk)
    return b''.join(chunks)
