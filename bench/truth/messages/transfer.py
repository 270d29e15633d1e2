"""Times a message over TCP, from before it is sent until its last byte has arrived, on one machine's monotonic clock.

    transfer.py receive <port>
        answers each connection, for ever
    transfer.py send <address> <port> <repeats> <bytes>...
        prints one line of JSON: for each number of bytes, the milliseconds of each repeat
"""
import json
import socket
import sys
import time

GAP_S = 0.03  # an idle link before each message


def receive(port):
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(('0.0.0.0', port))
    listening.listen(8)
    while True:
        peer, _ = listening.accept()
        left = int.from_bytes(peer.recv(8), 'big')
        peer.sendall(b'+')
        while left > 0:
            got = len(peer.recv(1 << 20))
            if got == 0:
                break
            left -= got
        peer.sendall(time.monotonic_ns().to_bytes(8, 'big'))
        peer.close()


def send(address, port, size):
    peer = connect(address, port)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    peer.sendall(size.to_bytes(8, 'big'))
    peer.recv(1)
    message = bytes(size)
    time.sleep(GAP_S)
    began_ns = time.monotonic_ns()
    peer.sendall(message)
    arrived = b''
    while len(arrived) < 8:
        part = peer.recv(8 - len(arrived))
        if not part:
            raise SystemExit('the receiver closed the connection')
        arrived += part
    peer.close()
    return (int.from_bytes(arrived, 'big') - began_ns) / 1e6


def connect(address, port):
    for _ in range(100):
        try:
            return socket.create_connection((address, port), 10)
        except OSError:
            time.sleep(0.05)
    raise SystemExit('nothing answers at {} port {}'.format(address, port))


def main(words):
    if words[0] == 'receive':
        receive(int(words[1]))
        return
    address, port, repeats = words[1], int(words[2]), int(words[3])
    print(json.dumps({size: [send(address, port, int(size)) for _ in range(repeats)] for size in words[4:]}))


if __name__ == '__main__':
    main(sys.argv[1:])
