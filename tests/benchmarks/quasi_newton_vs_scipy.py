#!/usr/bin/python3
"""BFGS and L-BFGS to a gradient of 1e-6, ours against scipy's, one thread each, in one run.

Usage: tests/benchmarks/quasi_newton_vs_scipy.py [BUILD FOLDER, default build/release]
Needs the packages of resources/packages/debian-benchmark.txt and python3-scipy.
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
    from scipy.optimize import minimize
except ImportError:
    sys.exit("scipy is missing: install python3-scipy")

REPETITIONS = 3
SAMPLES, INPUTS, CLASSES, RIDGE = 2000, 60, 10, 1e-3


def draws(count):
    """As in quasi_newton_benchmark.cpp."""
    state, numbers = 1, np.empty(count)
    for i in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        numbers[i] = (state >> 11) * 2.0**-52 - 1
    return numbers


def softmax():
    numbers = draws(INPUTS * CLASSES + SAMPLES * INPUTS)
    truth = 3 * numbers[:INPUTS * CLASSES].reshape(INPUTS, CLASSES)
    x = np.sqrt(3) * np.arange(1, INPUTS + 1) ** -0.6 * numbers[INPUTS * CLASSES:].reshape(
        SAMPLES, INPUTS)
    y = np.eye(CLASSES)[np.argmax(x @ truth, axis=1)]
    x = np.hstack([x, np.ones((SAMPLES, 1))])

    def value(w):
        weights = w.reshape(INPUTS + 1, CLASSES)
        z = x @ weights
        z -= z.max(axis=1, keepdims=True)
        fit = (z * y).sum()
        z = np.exp(z)
        total = z.sum(axis=1, keepdims=True)
        gradient = x.T @ (z / total - y) / SAMPLES + RIDGE * weights
        return (np.log(total).sum() - fit) / SAMPLES + RIDGE / 2 * w @ w, gradient.ravel()

    return value, np.zeros((INPUTS + 1) * CLASSES)


def valley():
    def value(x):
        a, b = x[1:] - x[:-1] ** 2, 1 - x[:-1]
        gradient = np.zeros_like(x)
        gradient[:-1] = -400 * a * x[:-1] - 2 * b
        gradient[1:] += 200 * a
        return (100 * a * a + b * b).sum(), gradient

    return value, np.full(100, -1.0)


def theirs(problem, method):
    value, start = problem()
    options = {"lbfgs": ("L-BFGS-B", {"maxcor": 20, "gtol": 1e-6, "ftol": 0, "maxiter": 20000,
                                      "maxfun": 100000}),
               "bfgs": ("BFGS", {"gtol": 1e-6, "maxiter": 20000})}[method]
    best = float("inf")
    for _ in range(REPETITIONS):
        begin = time.perf_counter()
        result = minimize(value, start, jac=True, method=options[0], options=options[1])
        best = min(best, time.perf_counter() - begin)
    return {"steps": result.nit, "evaluations": result.nfev, "value": result.fun,
            "gradient": np.abs(value(result.x)[1]).max(), "milliseconds": 1e3 * best}


def ours(build):
    output = subprocess.run(
        [os.path.join(build, "benchmarks", "quasi_newton_benchmark"), "--benchmark_format=json",
         f"--benchmark_repetitions={REPETITIONS}", "--benchmark_min_time=0.2"],
        check=True, capture_output=True, text=True).stdout
    best = {}
    for entry in json.loads(output)["benchmarks"]:
        if entry["run_type"] == "iteration":
            entry["milliseconds"] = entry["real_time"]
            before = best.get(entry["run_name"])
            if before is None or entry["milliseconds"] < before["milliseconds"]:
                best[entry["run_name"]] = entry
    return best


def main():
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    measured = ours(sys.argv[1] if len(sys.argv) > 1 else os.path.join(root, "build", "release"))
    print(f"{'problem':<10}{'method':<8}{'':<7}{'steps':>7}{'evaluations':>13}{'ms':>10}"
          f"{'gradient':>11}{'value':>24}")
    for problem in (softmax, valley):
        for method in ("lbfgs", "bfgs"):
            for who, row in (("scipy", theirs(problem, method)),
                             ("ours", measured[f"{problem.__name__}/{method}"])):
                print(f"{problem.__name__:<10}{method:<8}{who:<7}{row['steps']:>7.0f}"
                      f"{row['evaluations']:>13.0f}{row['milliseconds']:>10.2f}"
                      f"{row['gradient']:>11.1e}{row['value']:>24.16g}")


if __name__ == "__main__":
    main()
