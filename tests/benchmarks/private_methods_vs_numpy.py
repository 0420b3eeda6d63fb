#!/usr/bin/python3 -B
"""Steps per second of private methods, ours against numpy, one thread each, in one run.

Usage: tests/benchmarks/private_methods_vs_numpy.py [BUILD FOLDER, default build/release]
Needs the packages of resources/packages/debian-benchmark.txt.

Ten dimensions, ε = 1, δ = 1e-5. Noisy descent and SpiderBoost are counted in steps, the phases of
recursive regularization in samples.
"""
import math
import os
import sys

os.environ["OPENBLAS_NUM_THREADS"] = "1"
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)

try:
    import numpy as np
except ImportError:
    sys.exit("numpy is missing: install the packages of resources/packages/debian-benchmark.txt")

from rates import best_rate, own_rates

DIMENSION, C = 10, 4.0
LOG = math.log(1e5)


def clusters(rng, n):
    centers = rng.standard_normal((3, DIMENSION))
    centers *= 1.2 / np.linalg.norm(centers, axis=1, keepdims=True)
    noise = 0.5 / math.sqrt(DIMENSION) * rng.standard_normal((n, DIMENSION))
    return centers[rng.choice(3, n, p=[0.5, 0.3, 0.2])] + noise


def gradient(w, x, norms):
    """Mean of (w - x) exp(-|w - x|^2 / 2), through one product with the data each way."""
    c = np.exp(x @ w - 0.5 * (norms + w @ w))
    return (c.sum() * w - c @ x) / len(x)


def noisy_descent(n):
    rng = np.random.default_rng(0)
    x = clusters(rng, n)
    norms = (x * x).sum(1)
    lipschitz = math.exp(-0.5)
    steps = math.ceil(1 / (lipschitz * C * math.sqrt(DIMENSION * LOG) / n))
    deviation = C * lipschitz * math.sqrt(steps * LOG) / n
    w = np.zeros(DIMENSION)

    def step():
        nonlocal w
        w = w - 0.5 * (gradient(w, x, norms) + deviation * rng.standard_normal(DIMENSION))
        return 1

    return step


def spiderboost(n):
    rng = np.random.default_rng(0)
    x = clusters(rng, n)
    norms = (x * x).sum(1)
    lipschitz = math.exp(-0.5)
    a = C * math.sqrt(DIMENSION * LOG) / n
    total = int(max(1 / (lipschitz ** (2 / 3) * a ** (4 / 3)), 1 / a))
    phase = max(1, int(1 / (total * a * a)))
    batch = min(n, math.ceil(max((lipschitz / a) ** (2 / 3), lipschitz ** (1 / 3) * n * a ** (2 / 3))))
    scale = C * math.sqrt(LOG)
    rest = scale * max(1 / batch, math.sqrt(total) / n)
    first = scale * lipschitz * max(1 / n, math.sqrt(total / phase) / n)
    w, previous, v, t = np.zeros(DIMENSION), np.zeros(DIMENSION), np.zeros(DIMENSION), 0

    def step():
        nonlocal w, previous, v, t
        if t % phase == 0:
            v = gradient(w, x, norms) + first * rng.standard_normal(DIMENSION)
        else:
            i = rng.choice(n, batch, replace=False, shuffle=False)
            part, squares = x[i], norms[i]
            deviation = min(rest * np.linalg.norm(w - previous), 2 * lipschitz * rest)
            v = (v + gradient(w, part, squares) - gradient(previous, part, squares)
                 + deviation * rng.standard_normal(DIMENSION))
        t += 1
        previous, w = w, w - 0.5 * v
        return 1

    return step


def phased(n):
    """One sample after another: projected SGD with weighted averages, in phases."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, DIMENSION))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    y = np.where(rng.random(n) < 1 / (1 + np.exp(-2 * x[:, 0])), 1.0, -1.0)
    weight, radius, eta = 0.01, 4.0, 0.25
    w, average, total, i = np.zeros(DIMENSION), np.zeros(DIMENSION), 0.0, 0

    def step():
        nonlocal w, average, total, i
        g = -y[i] / (1 + math.exp(y[i] * (x[i] @ w))) * x[i]
        w = w - eta * (g + weight * w)
        norm = math.sqrt(w @ w)
        if norm > radius:
            w *= radius / norm
        total = 1 + (1 - eta * weight) * total
        average = average + (w - average) / total
        i = (i + 1) % n
        return 1

    return step


def main():
    measured = own_rates("private_methods_benchmark")
    print(f"{'method':<14}{'n':>7}{'numpy':>12}{'ours':>14}{'ratio':>8}")
    for name, n, build in (("noisyDescent", 2000, noisy_descent), ("noisyDescent", 32000, noisy_descent),
                           ("spiderBoost", 2000, spiderboost), ("spiderBoost", 32000, spiderboost),
                           ("phased", 16000, phased)):
        loop = best_rate(build(n))
        own = measured[f"{name}/{n}"]
        print(f"{name:<14}{n:>7}{loop:>12,.0f}{own:>14,.0f}{own / loop:>8.1f}")


if __name__ == "__main__":
    main()
