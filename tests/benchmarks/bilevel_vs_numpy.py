#!/usr/bin/python3 -B
"""Steps per second of BO-REP and MA-SOBA, ours against numpy, one thread each, in one run.

Usage: tests/benchmarks/bilevel_vs_numpy.py [BUILD FOLDER, default build/release]
Needs the packages of resources/packages/debian-benchmark.txt.

The problem of unbounded smoothness in ten dimensions, noise of size 1; and cleaning of a thousand examples
with 36 of 512 features each, six classes, batches of 128 and 64. numpy draws the noise of a thousand steps at
once, outside of the loop, which favors it, and takes examples as dense rows, which its matrix products are
made for. Its gradients are checked against differences.
"""
import os
import sys

os.environ["OPENBLAS_NUM_THREADS"] = "1"

try:
    import numpy as np
except ImportError:
    sys.exit("numpy is missing: install the packages of resources/packages/debian-benchmark.txt")

from rates import best_rate, own_rates

D, STEPS = 10, 1000
rng = np.random.default_rng(0)
Q, _ = np.linalg.qr(rng.normal(size=(D, D)))
H = Q @ np.diag(np.linspace(1, 4, D)) @ Q.T
B = rng.normal(size=(D, D)) / np.sqrt(D)
C = rng.normal(size=D)


def bo_rep():
    x, y, z, m = np.full(D, 0.5), np.zeros(D), np.zeros(D), np.zeros(D)
    noise, lower = rng.normal(size=(STEPS, 2, D)), rng.normal(size=(STEPS, D))
    factor = 1 + 0.1 * rng.normal(size=(STEPS, 2))
    for t in range(STEPS):
        if t % 4 == 0:
            for k in range(4):
                y = y - 0.1 * (H @ y - B @ x + lower[t + k])
        z = z - 0.1 * (factor[t, 0] * (H @ z) - np.tanh(y - C) - noise[t, 0])
        h = np.sinh(x) + noise[t, 1] + factor[t, 1] * (B.T @ z)
        m = h if t == 0 else 0.9 * m + 0.1 * h
        x = x - 0.003 / (np.sqrt(m @ m) + 1e-12) * m
    return STEPS


def ma_soba():
    x, y, z, m = np.full(D, 0.5), np.zeros(D), np.zeros(D), np.zeros(D)
    noise = rng.normal(size=(STEPS, 3, D))
    factor = 1 + 0.1 * rng.normal(size=(STEPS, 2))
    for t in range(STEPS):
        dy = H @ y - B @ x + noise[t, 2]
        dz = factor[t, 0] * (H @ z) - np.tanh(y - C) - noise[t, 0]
        h = np.sinh(x) + noise[t, 1] + factor[t, 1] * (B.T @ z)
        m = h if t == 0 else 0.9 * m + 0.1 * h
        y, z, x = y - 0.1 * dy, z - 0.1 * dz, x - 0.003 * m
    return STEPS


N, V, F, K = 1000, 200, 512, 6


def rows(count):
    phi = np.zeros((count, F))
    for row in phi:
        row[rng.choice(F, 36, replace=False)] = 1 / 6
    return phi


PHI, LABELS, PHI_V, LABELS_V = rows(N), rng.integers(0, K, N), rows(V), rng.integers(0, K, V)


def softmax(logits):
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


def residual(w, phi, labels):
    p = softmax(phi @ w.T)
    p[np.arange(len(labels)), labels] -= 1
    return p


def lower_gradient(x, w, phi, labels, batch):
    weights = 1 / (1 + np.exp(-x[batch]))
    return (residual(w, phi, labels) * weights[:, None]).T @ phi / len(batch) + 1e-3 * w


def hessian_product(x, w, z, phi, batch):
    weights = 1 / (1 + np.exp(-x[batch]))
    p, s = softmax(phi @ w.T), phi @ z.T
    s = p * (s - (p * s).sum(axis=1, keepdims=True))
    return (s * weights[:, None]).T @ phi / len(batch) + 1e-3 * z


def mixed_product(x, w, z, phi, labels, batch):
    weights = 1 / (1 + np.exp(-x[batch]))
    result = np.zeros(N)
    np.add.at(result, batch, weights * (1 - weights) *
              (residual(w, phi, labels) * (phi @ z.T)).sum(axis=1) / len(batch))
    return result


def check():
    x, w, z = rng.normal(size=N), rng.normal(size=(K, F)), rng.normal(size=(K, F))
    every, h = np.arange(N), 1e-5
    slope = lambda x, w: (lower_gradient(x, w, PHI, LABELS, every) * z).sum()
    w_step, x_step = np.zeros_like(w), np.zeros(N)
    w_step[2, 7] = x_step[5] = h
    found = hessian_product(x, w, z, PHI, every)[2, 7]
    assert abs(found - (slope(x, w + w_step) - slope(x, w - w_step)) / (2 * h)) < 1e-6
    found = mixed_product(x, w, z, PHI, LABELS, every)[5]
    assert abs(found - (slope(x + x_step, w) - slope(x - x_step, w)) / (2 * h)) < 1e-6


def cleaning(steps=60):
    x, w, z, m = np.zeros(N), np.zeros((K, F)), np.zeros((K, F)), np.zeros(N)
    for t in range(steps):
        if t % 2 == 0:
            for _ in range(3):
                batch = rng.integers(0, N, 128)
                w = w - 5 * lower_gradient(x, w, PHI[batch], LABELS[batch], batch)
        batch, judged = rng.integers(0, N, 128), rng.integers(0, V, 64)
        upper = residual(w, PHI_V[judged], LABELS_V[judged]).T @ PHI_V[judged] / 64
        z = z - (hessian_product(x, w, z, PHI[batch], batch) - upper)
        batch = rng.integers(0, N, 128)
        h = -mixed_product(x, w, z, PHI[batch], LABELS[batch], batch)
        m = h if t == 0 else 0.9 * m + 0.1 * h
        x = x - 0.3 / (np.sqrt(m @ m) + 1e-12) * m
    return steps


def main():
    check()
    own = own_rates("bilevel_benchmark")
    print("steps per second, one thread")
    for name, theirs, ours in (("BO-REP, ten dimensions", best_rate(bo_rep), own["boRepSteps"]),
                               ("MA-SOBA, ten dimensions", best_rate(ma_soba), own["averagedSobaSteps"]),
                               ("BO-REP, cleaning", best_rate(cleaning), own["cleaningSteps"])):
        print(f"  {name:<28} numpy {theirs:>10,.0f}   ours {ours:>12,.0f}   {ours / theirs:.1f} times as fast")


if __name__ == "__main__":
    main()
