#!/usr/bin/python3
"""Steps per second on separable data, ours against numpy, one thread each, in one run.

Usage: tests/benchmarks/linear_separation_vs_numpy.py [BUILD FOLDER, default build/release]
Needs the packages of resources/packages/debian-benchmark.txt.
"""
import json
import os
import subprocess
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)

try:
    import numpy as np
except ImportError:
    sys.exit("numpy is missing: install the packages of resources/packages/debian-benchmark.txt")

REPETITIONS = 5


def numpy_step(d, n, logistic):
    z = np.random.default_rng(0).standard_normal((n, d))
    theta = np.zeros(d)

    def step():
        nonlocal theta
        margins = z @ theta
        p = 0.5 * (1 - np.tanh(0.5 * margins)) if logistic else (margins <= 0).astype(float)
        theta = theta + (p @ z) / n

    return step


def steps_per_second(step):
    rates = []
    for _ in range(REPETITIONS):
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < 0.2:
            step()
            count += 1
        rates.append(count / (time.perf_counter() - start))
    return max(rates)


def ours(build):
    output = subprocess.run(
        [os.path.join(build, "benchmarks", "linear_separation_benchmark"),
         "--benchmark_format=json", f"--benchmark_repetitions={REPETITIONS}",
         "--benchmark_min_time=0.2"], check=True, capture_output=True, text=True).stdout
    best = {}
    for entry in json.loads(output)["benchmarks"]:
        if entry["run_type"] == "iteration":
            best[entry["run_name"]] = max(best.get(entry["run_name"], 0), entry["items_per_second"])
    return best


def main():
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    measured = ours(sys.argv[1] if len(sys.argv) > 1 else os.path.join(root, "build", "release"))
    print(f"{'method':<12}{'d':>5}{'n':>6}{'numpy':>12}{'ours':>14}{'ratio':>8}")
    for method in ("logistic", "perceptron"):
        for d, n in ((2, 10), (2, 1000), (784, 1000)):
            theirs = steps_per_second(numpy_step(d, n, method == "logistic"))
            own = measured[f"{method}/{d}/{n}"]
            print(f"{method:<12}{d:>5}{n:>6}{theirs:>12,.0f}{own:>14,.0f}{own / theirs:>8.1f}")


if __name__ == "__main__":
    main()
