"""Fits y = a x + b to data.csv by gradient descent, and prints a and b."""

import csv
import sys


def fit(points, rate, steps):
    a = b = 0.0
    for _ in range(steps):
        faults = [(x, a * x + b - y) for x, y in points]
        a -= rate * sum(x * fault for x, fault in faults) / len(points)
        b -= rate * sum(fault for _, fault in faults) / len(points)
    return a, b


def main():
    rate = float(sys.argv[1]) if len(sys.argv) > 1 else 0.01
    with open("data.csv") as file:
        points = [(float(row["x"]), float(row["y"])) for row in csv.DictReader(file)]
    a, b = fit(points, rate, 2000)
    error = sum((a * x + b - y) ** 2 for x, y in points) / len(points)
    print(f"rate {rate}: y = {a:.3f} x + {b:.3f}, mean squared error {error:.4f}")


if __name__ == "__main__":
    main()
