#!/usr/bin/python3 -B
"""Steps per second of SGD with weights on softmax regression, and full gradients, ours against numpy, one
thread each, in one run.

Usage: tests/benchmarks/domains_vs_numpy.py [BUILD FOLDER, default build/release]
Needs the packages of resources/packages/debian-benchmark.txt.

Three domains of 2000, 400 and 60 examples, 10 features, 4 classes, batches of 8. numpy draws the examples
of a thousand steps at once, outside of the loop, which favors it; ours draws each step's own. The gradient
in numpy is checked against differences.
"""
import os
import sys

os.environ["OPENBLAS_NUM_THREADS"] = "1"

try:
    import numpy as np
except ImportError:
    sys.exit("numpy is missing: install the packages of resources/packages/debian-benchmark.txt")

from rates import best_rate, own_rates

SIZES = np.array([2000, 400, 60])
FEATURES, CLASSES, BATCH, RIDGE, RATE, STEPS = 10, 4, 8, 1e-3, 0.3, 1000


def shares(temperature):
    logs = np.log(SIZES) / temperature
    p = np.exp(logs - logs.max())
    return p / p.sum()


def gradient(w, phi, labels, weights):
    """Of the mean of weights times −ln softmax, with the ridge."""
    z = phi @ w.T
    z -= z.max(axis=1, keepdims=True)
    p = np.exp(z)
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1.0
    p *= (weights / len(labels))[:, None]
    return p.T @ phi + RIDGE * w


def value(w, phi, labels, weights):
    z = phi @ w.T
    logs = np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(labels)), labels]
    return (weights * logs).mean() + 0.5 * RIDGE * (w * w).sum()


def check(phi, labels, weights):
    rng = np.random.default_rng(2)
    w, h = rng.normal(size=(CLASSES, FEATURES)), 1e-6
    found = gradient(w, phi, labels, weights)
    for c, j in ((0, 0), (2, 7), (3, 9)):
        step = np.zeros_like(w)
        step[c, j] = h
        difference = (value(w + step, phi, labels, weights) - value(w - step, phi, labels, weights)) / (2 * h)
        assert abs(found[c, j] - difference) < 1e-7


def main():
    rng = np.random.default_rng(0)
    total = SIZES.sum()
    phi = rng.normal(size=(total, FEATURES)) * 2 / np.sqrt(FEATURES)
    labels = rng.integers(0, CLASSES, total)
    domain = np.repeat(np.arange(3), SIZES)
    weight = (shares(5.0) / shares(1.0))[domain]
    check(phi, labels, weight)

    def sgd():
        w = np.zeros((CLASSES, FEATURES))
        examples = rng.integers(0, total, (STEPS, BATCH))
        for batch in examples:
            w -= RATE * gradient(w, phi[batch], labels[batch], weight[batch])
        return STEPS

    def full():
        w = np.full((CLASSES, FEATURES), 0.1)
        for _ in range(10):
            value(w, phi, labels, weight)
            gradient(w, phi, labels, weight)
        return 10

    own = own_rates("domains_benchmark")
    print("per second, one thread")
    for name, theirs, ours in (("steps of SGD", best_rate(sgd), own["softmaxSteps"]),
                               ("objective and full gradient", best_rate(full), own["softmaxObjective"])):
        print(f"  {name:<28} numpy {theirs:>10,.0f}   ours {ours:>12,.0f}   {ours / theirs:.1f} times as fast")


if __name__ == "__main__":
    main()
