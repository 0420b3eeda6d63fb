#!/usr/bin/python3 -B
"""The Frechet cumulative covariance at n = 1,000, d = 2, ours against numpy, one thread each, in one
run: evaluations a second from distances on, calls alone, and steps of the network.

Usage: tests/benchmarks/frechet_vs_numpy.py [BUILD FOLDER, default build/release]
Needs the packages of resources/packages/debian-benchmark.txt.

numpy sorts all centers at once and sums by np.cumsum; its quadratic form adds min(r, r') center by
center. The network is 10-64-64-2, its gradient written by hand, its parameters stepped by Adam.
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

N, P, WIDTH, D = 1000, 10, 64, 2
rng = np.random.default_rng(0)
X = rng.standard_normal((N, P))
Y = rng.standard_normal((N, 3))
DISTANCES = np.sqrt(np.maximum(0, ((Y[:, None, :] - Y[None, :, :]) ** 2).sum(axis=2)))
F = X[:, :D]


def order_of(distances):
    order = np.argsort(distances, axis=1)
    ranked = np.take_along_axis(distances, order, axis=1)
    last = np.empty((N, N), dtype=np.intp)  # the end of each block of ties
    ends = np.append(ranked[:, 1:] > ranked[:, :-1], np.ones((N, 1), bool), axis=1)
    last[:] = np.where(ends, np.arange(N), N)
    return order, np.minimum.accumulate(last[:, ::-1], axis=1)[:, ::-1]


def sorted_call(order, last, features):
    centered = features - features.mean(axis=0)
    sums = np.cumsum(centered[order], axis=1)
    return (np.take_along_axis(sums, last[:, :, None], axis=1) ** 2).sum() / N**4


def weights_of(distances):
    ranked = np.sort(distances, axis=1)
    m = np.zeros((N, N))
    for i in range(N):
        r = N - np.searchsorted(ranked[i], distances[i])
        m += np.minimum(r[:, None], r[None, :])
    m -= m.mean(axis=0)
    m -= m.mean(axis=1)[:, None]
    return m / N**4


def quadratic_call(w, features):
    return (features * (w @ features)).sum()


class Network:
    def __init__(self, w):
        sizes = (P, WIDTH, WIDTH, D)
        self.w = (w / np.trace(w)).astype(np.float32)
        self.x = X.astype(np.float32)
        self.theta = []
        for a, b in zip(sizes, sizes[1:]):
            bound = 1 / np.sqrt(a)
            self.theta += [rng.uniform(-bound, bound, s).astype(np.float32) for s in ((a, b), b)]
        self.m = [np.zeros_like(t) for t in self.theta]
        self.v = [np.zeros_like(t) for t in self.theta]
        self.t = 0

    def step(self):
        values = [self.x]
        for layer in range(3):
            h = values[-1] @ self.theta[2 * layer] + self.theta[2 * layer + 1]
            values.append(np.maximum(h, 0) if layer < 2 else h)
        f = values.pop()
        f = f - f.mean(axis=0)
        s = f.T @ f / N - np.eye(D, dtype=np.float32)
        delta = -4 / N * (self.w @ f) + 4 / N * (f @ s)
        delta -= delta.mean(axis=0)
        slopes = [None] * 6
        for layer in (2, 1, 0):
            slopes[2 * layer] = values[layer].T @ delta
            slopes[2 * layer + 1] = delta.sum(axis=0)
            if layer:
                delta = (delta @ self.theta[2 * layer].T) * (values[layer] > 0)
        self.t += 1
        for theta, m, v, g in zip(self.theta, self.m, self.v, slopes):
            g += 1e-3 * theta
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            theta -= 3e-3 * (m / (1 - 0.9**self.t)) / (np.sqrt(v / (1 - 0.999**self.t)) + 1e-8)
        return 1


def counted(call):
    def step():
        call()
        return 1
    return step


def main():
    measured = own_rates("frechet_benchmark")
    order, w = order_of(DISTANCES), weights_of(DISTANCES)
    assert abs(sorted_call(*order, F) / quadratic_call(w, F) - 1) < 1e-9
    print(f"{'a second':<18}{'numpy':>10}{'ours':>12}{'ratio':>8}")
    for name, step in (
            ("sortedWhole", counted(lambda: sorted_call(*order_of(DISTANCES), F))),
            ("quadraticWhole", counted(lambda: quadratic_call(weights_of(DISTANCES), F))),
            ("sortedCall", counted(lambda: sorted_call(*order, F))),
            ("quadraticCall", counted(lambda: quadratic_call(w, F))),
            ("networkStep", Network(w).step)):
        theirs = best_rate(step)
        print(f"{name:<18}{theirs:>10,.1f}{measured[name]:>12,.1f}{measured[name] / theirs:>8.1f}")
    print(f"sorted form over quadratic form, ours, from distances on: "
          f"{measured['sortedWhole'] / measured['quadraticWhole']:.1f}")


if __name__ == "__main__":
    main()
