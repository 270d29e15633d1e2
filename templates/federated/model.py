"""Logistic regression in plain Python, data for it from a seed, and messages of one line."""
import json
import math
import random

FEATURES = 5
SAMPLES = 200  # of each client, and of the test
RATE = 0.5


def data(seed, part):
    """Labelled samples. `part` is the rank of a client, or 'test': each has others, of the same kind."""
    truth = random.Random(seed)
    wanted = [truth.uniform(-2, 2) for _ in range(FEATURES + 1)]
    draw = random.Random('{} {}'.format(seed, part))
    samples = []
    for _ in range(SAMPLES):
        values = [1.0] + [draw.gauss(0, 1) for _ in range(FEATURES)]
        samples.append((values, 1 if draw.random() < _probability(wanted, values) else 0))
    return samples


def untrained():
    return [0.0] * (FEATURES + 1)


def train(weights, samples, steps):
    """The weights after some steps of gradient descent."""
    for _ in range(steps):
        gradient = untrained()
        for values, label in samples:
            error = _probability(weights, values) - label
            gradient = [one + error * value for one, value in zip(gradient, values)]
        weights = [weight - RATE * one / len(samples) for weight, one in zip(weights, gradient)]
    return weights


def average(updates):
    """FedAvg: the mean of the weights. All clients have equally many samples; otherwise they count by their number."""
    return [sum(column) / len(updates) for column in zip(*updates)]


def accuracy(weights, samples):
    right = sum((_probability(weights, values) > 0.5) == (label == 1) for values, label in samples)
    return right / len(samples)


def _probability(weights, values):
    return 1 / (1 + math.exp(-sum(weight * value for weight, value in zip(weights, values))))


def send(connection, message):
    connection.sendall(json.dumps(message).encode() + b'\n')


def receive(lines):
    line = lines.readline()
    if not line:
        raise SystemExit('the other side closed the connection')
    return json.loads(line.decode())
