"""A network of four layers. Its weights come from a seed, so that client and server have the same ones."""
import json
import math
import random

SIZES = [64, 48, 32, 16, 10]  # neurons of the input, of the layers between, and of the output: the classes
LAYERS = len(SIZES) - 1
SEED = 7


def weights(seed=SEED):
    """For each layer, a row of weights for each of its neurons."""
    draw = random.Random(seed)
    return [
        [[draw.uniform(-1, 1) / math.sqrt(inputs) for _ in range(inputs)] for _ in range(outputs)]
        for inputs, outputs in zip(SIZES, SIZES[1:])
    ]


def forward(layers, values):
    """What layers of the network make of values."""
    for layer in layers:
        values = [math.tanh(sum(weight * value for weight, value in zip(row, values))) for row in layer]
    return values


def frame(number):
    """An input. Replace it by an image of your camera, for example."""
    draw = random.Random(1000 + number)
    return [draw.uniform(-1, 1) for _ in range(SIZES[0])]


def pack(values):
    """Values as a line of text: floating-point numbers come out of JSON as they went in."""
    return json.dumps(values).encode() + b'\n'


def unpack(line):
    return json.loads(line.decode())
