import argparse
import json
import socket

parser = argparse.ArgumentParser()
parser.add_argument('--hidden', type=int, required=True)
parser.add_argument('--lr', type=float, required=True)
parser.add_argument('--seed', type=int, required=True)
parser.add_argument('--server', required=True)
parser.add_argument('--out', required=True)
parser.add_argument('--which')
arguments = parser.parse_args()

host, port = arguments.server.split(':')
with socket.create_connection((host, int(port)), timeout=10) as connection:
    greeting = connection.makefile().read()
with open(arguments.out, 'w') as file:
    json.dump(dict(vars(arguments), greeting=greeting), file)
