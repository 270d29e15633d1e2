"""Sends ten datagrams from a network of its own, and waits for some at a port that it declares for TCP."""
import socket

import collab

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as inbox:
    inbox.bind(('0.0.0.0', collab.port('rtp', 5008)))
    collab.ready()
    for port in ('rtp', 'any'):
        for number in range(10):
            inbox.sendto(bytes([2, number]), collab.peer('receiver').endpoint(port, 5004))
    inbox.settimeout(3)
    try:
        inbox.recv(100)
        collab.record(got=True)
    except socket.timeout:
        collab.record(got=False)
