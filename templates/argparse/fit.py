"""Stands for your script, which knows nothing of collab: it fits a line to points, and prints how the loss falls."""
import argparse
import random

parser = argparse.ArgumentParser()
parser.add_argument('--rate', type=float, default=0.05, help='how far each step goes')
parser.add_argument('--steps', type=int, default=100, help='how many steps')
parser.add_argument('--seed', type=int, default=1, help='of the points')
arguments = parser.parse_args()

draw = random.Random(arguments.seed)
points = [(x / 20, 3 * x / 20 + 1 + draw.gauss(0, 0.1)) for x in range(20)]
slope = offset = 0.0
for step in range(1, arguments.steps + 1):
    errors = [(slope * x + offset - y, x) for x, y in points]
    slope -= arguments.rate * 2 * sum(error * x for error, x in errors) / len(points)
    offset -= arguments.rate * 2 * sum(error for error, _ in errors) / len(points)
    loss = sum(error * error for error, _ in errors) / len(points)
    if step % 10 == 0:
        print('step={} loss={:.6f}'.format(step, loss))
