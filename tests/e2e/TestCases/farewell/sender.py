"""Sends 400,000 bytes, closes the connection, and exits."""
import socket

import collab

sender = socket.create_connection(collab.peer('taker').endpoint('in', 7000), timeout=10)
sender.sendall(b'x' * 400000)
sender.close()
