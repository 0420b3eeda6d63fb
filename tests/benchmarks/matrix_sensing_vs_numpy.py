#!/usr/bin/python3
"""Steps per second of matrix sensing, ours against numpy, one thread each, in one run.

Usage: tests/benchmarks/matrix_sensing_vs_numpy.py [BUILD FOLDER, default build/release]
Needs the packages of resources/packages/debian-benchmark.txt.
"""
import json
import os
import subprocess
import sys
import time

# Must be set before numpy loads its BLAS. Kernels chosen by hand would slow a current OpenBLAS.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)

try:
    import numpy as np
except ImportError:
    sys.exit("numpy is missing: install the packages of resources/packages/debian-benchmark.txt")

RANK, WIDTH, RATE = 2, 4, 1e-3
REPETITIONS = 5


def numpy_step(n, m, symmetric):
    """A function that makes one step, written the way one writes it in numpy."""
    rng = np.random.default_rng(0)
    u, _ = np.linalg.qr(rng.standard_normal((n, RANK)))
    target = u @ u.T
    x = 0.3 / np.sqrt(n) * rng.standard_normal((n, WIDTH))
    g = 0.3 / np.sqrt(n) * rng.standard_normal((n, WIDTH))
    stacked = None
    if m:
        a = rng.standard_normal((m, n, n))
        if symmetric:
            a = (a + a.transpose(0, 2, 1)) / 2
        stacked = a.reshape(m, n * n) / np.sqrt(m)
        y = stacked @ target.ravel()
        z = x @ x.T
        slow = np.einsum("mij,m->ij", stacked.reshape(m, n, n),
                         np.einsum("mij,ij->m", stacked.reshape(m, n, n), z - target))
        fast = (stacked.T @ (stacked @ z.ravel() - y)).reshape(n, n)
        assert np.allclose(slow, fast), "this BLAS computes wrong results"

    def residual(z):
        if stacked is None:
            return z - target
        return (stacked.T @ (stacked @ z.ravel() - y)).reshape(n, n)

    def step_symmetric():
        nonlocal x
        x = x - RATE * (residual(x @ x.T) @ x)

    def step_asymmetric():
        nonlocal x, g
        r = residual(x @ g.T)
        x, g = x - RATE * (r @ g), g - RATE * (r.T @ x)

    return step_symmetric if symmetric else step_asymmetric


def steps_per_second(step):
    for _ in range(3):
        step()
    rates = []
    for _ in range(REPETITIONS):
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < 0.2:
            for _ in range(8):
                step()
            count += 8
        rates.append(count / (time.perf_counter() - start))
    return sorted(rates)[REPETITIONS // 2]


def ours(build):
    output = subprocess.run(
        [os.path.join(build, "benchmarks", "matrix_step_benchmark"), "--benchmark_format=json",
         f"--benchmark_repetitions={REPETITIONS}", "--benchmark_min_time=0.2"],
        check=True, capture_output=True, text=True).stdout
    return {entry["run_name"]: entry["items_per_second"]
            for entry in json.loads(output)["benchmarks"]
            if entry.get("aggregate_name") == "median"}


def main():
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    build = sys.argv[1] if len(sys.argv) > 1 else os.path.join(root, "build", "release")
    measured = ours(build)
    print(f"{'arm':<11}{'n':>5}{'m':>6}{'numpy':>12}{'ours':>12}{'ratio':>8}   (steps per second)")
    for arm in ("symmetric", "asymmetric"):
        for n in (20, 50, 100):
            for m in (0, 10 * n):
                theirs = steps_per_second(numpy_step(n, m, arm == "symmetric"))
                own = measured[f"{arm}/{n}/{m}"]
                print(f"{arm:<11}{n:>5}{m:>6}{theirs:>12,.0f}{own:>12,.0f}{own / theirs:>8.2f}")


if __name__ == "__main__":
    main()
