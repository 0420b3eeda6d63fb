#!/usr/bin/python3
"""Steps per second of the matrix family, ours against numpy, one thread each, in one run.

Usage: tests/benchmarks/matrix_family_vs_numpy.py [BUILD FOLDER, default build/release]
Needs the packages of resources/packages/debian-benchmark.txt.
"""
import json
import os
import subprocess
import sys
import time

# Must be set before numpy loads its BLAS.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)

try:
    import numpy as np
except ImportError:
    sys.exit("numpy is missing: install the packages of resources/packages/debian-benchmark.txt")

REPETITIONS = 5
CASES = [("fedpg", (39,)), ("fedpe", (39,)),
         ("frankWolfe", (10, 10)), ("frankWolfe", (20, 20)), ("frankWolfe", (64, 24)),
         ("robust", (20, 400)), ("robust", (20, 1000)), ("robust", (50, 6000))]


def robust(d, m):
    """SubGM, as one writes it in numpy."""
    rng = np.random.default_rng(0)
    v, _ = np.linalg.qr(rng.standard_normal((d, 2)))
    a = rng.standard_normal((m, d, d))
    a = ((a + a.transpose(0, 2, 1)) / 2).reshape(m, d * d)
    y = a @ (v @ v.T).ravel()
    bad = rng.random(m) < 0.1
    y[bad] += 10 * rng.standard_normal(bad.sum())
    u = 0.3 / np.sqrt(d) * rng.standard_normal((d, d))

    def step():
        nonlocal u
        rho = a @ (u @ u.T).ravel() - y
        u = u - 1e-3 * (2.0 / m) * (np.sign(rho) @ a).reshape(d, d) @ u

    return step


def frankWolfe(n, b):
    """Online Frank–Wolfe with the drawing of its batch, as one writes it in numpy."""
    rng = np.random.default_rng(0)
    truth, _ = np.linalg.qr(rng.standard_normal((n, n)))
    d, g, t = np.eye(n), np.zeros((n, n)), 0

    def step():
        nonlocal d, g, t
        t += 1
        y = truth @ ((rng.random((n, b)) < 0.2) * rng.standard_normal((n, b)))
        z = d @ y
        g += t ** -0.5 * (-3.0 / b * (z * np.abs(z)) @ y.T - g)
        u, _, v = np.linalg.svd(-g)
        d += t ** -0.75 * (u @ v - d)

    return step


def federated(d, euclidean):
    """A round with 6 of 20 clients and 10 local steps each, as one writes it in numpy."""
    rng = np.random.default_rng(0)
    k, rho, eta = 6, 10.0, 0.01
    covariances = []
    for _ in range(20):
        x = rng.standard_normal((d, 400))
        covariances.append(x @ x.T / 400)
    z, _ = np.linalg.qr(rng.standard_normal((d, k)))
    u, y, t = [z] * 20, [np.zeros((d, k))] * 20, [np.zeros((k, k))] * 20
    last = range(20)
    eye = np.eye(k)

    def step():
        nonlocal z, last
        for i in last:
            y[i] = y[i] + rho * (u[i] - z)
            if euclidean:
                t[i] = t[i] + rho * np.maximum(0, u[i].T @ u[i] - eye) ** 2
        last = rng.choice(20, 6, replace=False)
        for i in last:
            v, c = u[i], covariances[i]
            for _ in range(10):
                cv, gram = c @ v, v.T @ v
                g = 2 * (-2 * cv + v @ (v.T @ cv) + cv @ gram) + y[i] + rho * (v - z)
                if euclidean:
                    e = np.maximum(0, gram - eye)
                    w = 2 * (t[i] + rho * e * e) * e
                    v = v - eta * (g + v @ (w + w.T))
                else:
                    q, r = np.linalg.qr(v - eta * (g - v @ (v.T @ g)))
                    v = q * np.where(np.diag(r) < 0, -1.0, 1.0)
            u[i] = v
        z = sum(u[i] for i in last) / 6

    return step


def fedpg(d):
    return federated(d, euclidean=False)


def fedpe(d):
    return federated(d, euclidean=True)


def steps_per_second(step):
    for _ in range(3):
        step()
    rates = []
    for _ in range(REPETITIONS):
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < 0.2:
            for _ in range(4):
                step()
            count += 4
        rates.append(count / (time.perf_counter() - start))
    return sorted(rates)[REPETITIONS // 2]


def ours(build):
    names = "|".join(sorted({case for case, _ in CASES}))
    output = subprocess.run(
        [os.path.join(build, "benchmarks", "matrix_step_benchmark"), "--benchmark_format=json",
         f"--benchmark_filter=^({names})/", f"--benchmark_repetitions={REPETITIONS}",
         "--benchmark_min_time=0.2"],
        check=True, capture_output=True, text=True).stdout
    return {entry["run_name"]: entry["items_per_second"]
            for entry in json.loads(output)["benchmarks"]
            if entry.get("aggregate_name") == "median"}


def main():
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    build = sys.argv[1] if len(sys.argv) > 1 else os.path.join(root, "build", "release")
    measured = ours(build)
    print(f"{'step':<24}{'numpy':>12}{'ours':>12}{'ratio':>8}   (steps per second)")
    for case, sizes in CASES:
        theirs = steps_per_second(globals()[case](*sizes))
        own = measured["/".join([case, *map(str, sizes)])]
        print(f"{case + ' ' + ' × '.join(map(str, sizes)):<24}{theirs:>12,.0f}{own:>12,.0f}"
              f"{own / theirs:>8.2f}")


if __name__ == "__main__":
    main()
