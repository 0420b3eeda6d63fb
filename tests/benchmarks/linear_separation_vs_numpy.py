#!/usr/bin/python3 -B
"""Steps per second on separable data, ours against numpy, one thread each, in one run.

Usage: tests/benchmarks/linear_separation_vs_numpy.py [BUILD FOLDER, default build/release]
Needs the packages of resources/packages/debian-benchmark.txt.
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


def numpy_step(d, n, logistic):
    z = np.random.default_rng(0).standard_normal((n, d))
    theta = np.zeros(d)

    def step():
        nonlocal theta
        margins = z @ theta
        p = 0.5 * (1 - np.tanh(0.5 * margins)) if logistic else (margins <= 0).astype(float)
        theta = theta + (p @ z) / n
        return 1

    return step


def main():
    measured = own_rates("linear_separation_benchmark")
    print(f"{'method':<12}{'d':>5}{'n':>6}{'numpy':>12}{'ours':>14}{'ratio':>8}")
    for method in ("logistic", "perceptron"):
        for d, n in ((2, 10), (2, 1000), (784, 1000)):
            theirs = best_rate(numpy_step(d, n, method == "logistic"))
            own = measured[f"{method}/{d}/{n}"]
            print(f"{method:<12}{d:>5}{n:>6}{theirs:>12,.0f}{own:>14,.0f}{own / theirs:>8.1f}")


if __name__ == "__main__":
    main()
