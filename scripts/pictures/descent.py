"""Fits a line by gradient descent, as slowly as a small model is trained."""

import random
import sys
import time

rate, seed = float(sys.argv[1]), int(sys.argv[2])
random.seed(seed)
points = [(x / 20, 3 * x / 20 + 1 + random.gauss(0, 0.1)) for x in range(20)]
slope = offset = 0.0
for epoch in range(1, 21):
    time.sleep(0.05 + random.random() / 20)
    errors = [(slope * x + offset - y, x) for x, y in points]
    slope -= rate * sum(error * x for error, x in errors) / len(points)
    offset -= rate * sum(error for error, _ in errors) / len(points)
    print(f"epoch {epoch}: loss {sum(error**2 for error, _ in errors) / len(points):.4f}", flush=True)
