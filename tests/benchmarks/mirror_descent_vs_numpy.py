#!/usr/bin/python3 -B
"""Steps per second of stochastic mirror descent, ours against numpy, one thread each, in one run.

Usage: tests/benchmarks/mirror_descent_vs_numpy.py [BUILD FOLDER, default build/release]
Needs the packages of resources/packages/debian-benchmark.txt.

numpy is measured twice: a loop over one run, and 64 replicates in one array, counted as 64 steps.
"""
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

SAMPLES, SCALE = 200, 0.1


def absolute(d, replicates, kind):
    """Absolute deviations with averages of the iterates, as written in numpy."""
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((SAMPLES, d))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    offsets = rows @ (rng.standard_normal(d) / np.sqrt(d))
    magnitudes = np.abs(rng.laplace(0, 0.1, SAMPLES))
    x = np.zeros((replicates, d))
    averages = [np.zeros_like(x) for _ in range(3)]
    t = 0

    def step():
        nonlocal x, t
        t += 1
        eta = SCALE / np.sqrt(t)
        for average in averages:
            average += (x - average) / t
        i = rng.integers(SAMPLES, size=replicates)
        s = 1 - 2 * rng.integers(2, size=replicates)
        a = rows[i]
        g = np.sign((a * x).sum(1) - offsets[i] - s * magnitudes[i])[:, None] * a
        if kind == "gaussian":
            g = g + rng.standard_normal(x.shape) / np.sqrt(d)
        if kind == "heavy":
            u = rng.standard_normal(x.shape)
            u /= np.linalg.norm(u, axis=1, keepdims=True)
            g = g + u * rng.pareto(1.6, replicates)[:, None]
            z = 2 * np.linalg.norm(x, axis=1, keepdims=True) * x - eta * g  # p = 1.5, q = 3, c = 2
            norm = np.linalg.norm(z, axis=1, keepdims=True)
            x = np.sqrt(norm / 2) * z / norm
        else:
            x = x - eta * g

    return step


def entropic(d, replicates, _):
    rng = np.random.default_rng(0)
    costs = np.full(d, 0.2)
    costs[0] = 0
    logs = np.full((replicates, d), -np.log(d))
    averages = [np.zeros_like(logs) for _ in range(3)]
    t = 0

    def step():
        nonlocal logs, t
        t += 1
        x = np.exp(logs)
        for average in averages:
            average += (x - average) / t
        logs = logs - SCALE / np.sqrt(t) * (costs + 1 - 2 * rng.integers(2, size=x.shape))
        logs -= np.log(np.exp(logs).sum(1, keepdims=True))

    return step


def counted(step, replicates):
    def steps():
        step()
        return replicates

    return steps


def main():
    measured = own_rates("mirror_descent_benchmark")
    print(f"{'step':<10}{'d':>5}{'numpy':>12}{'64 in one':>12}{'ours':>14}{'ratios':>10}")
    for kind, d, build in (("absolute", 20, absolute), ("gaussian", 20, absolute),
                           ("heavy", 20, absolute), ("entropic", 100, entropic)):
        loop = best_rate(counted(build(d, 1, kind), 1))
        array = best_rate(counted(build(d, 64, kind), 64))
        own = measured[f"{kind}/{d}"]
        print(f"{kind:<10}{d:>5}{loop:>12,.0f}{array:>12,.0f}{own:>14,.0f}"
              f"{own / loop:>9.0f}{own / array:>7.1f}")


if __name__ == "__main__":
    main()
