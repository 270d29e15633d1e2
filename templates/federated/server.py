"""Sends the model to all clients, averages their answers, and records how good the model is after each round."""
import socket

import collab
import model

ROUNDS = collab.parameter('rounds', 10)
SEED = collab.parameter('seed', 1)

test = model.data(SEED, 'test')
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(('0.0.0.0', collab.port('rounds', 7000)))
listener.listen(16)
collab.ready()

clients = {}  # by rank: the order of the average must not depend on who connects first
while len(clients) < len(collab.peers('client')):
    connection, _ = listener.accept()
    lines = connection.makefile('rb')
    clients[model.receive(lines)['rank']] = (connection, lines)

weights = model.untrained()
for number in range(1, ROUNDS + 1):
    with collab.span('round', round=number) as whole:
        for _, (connection, _) in sorted(clients.items()):
            model.send(connection, {'weights': weights})
        answers = [model.receive(lines) for _, (_, lines) in sorted(clients.items())]
        weights = model.average([answer['weights'] for answer in answers])
    collab.record(round=number, accuracy=model.accuracy(weights, test), round_ms=whole.duration_ms)

for connection, _ in clients.values():
    model.send(connection, {'done': True})
    connection.close()
print('accuracy {:.3f} after {} rounds'.format(model.accuracy(weights, test), ROUNDS))
