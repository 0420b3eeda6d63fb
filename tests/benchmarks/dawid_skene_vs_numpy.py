#!/usr/bin/python3 -B
"""Rounds per second of Dawid-Skene's expectation-maximization and of both stages of TopTwo, ours
against numpy, one thread each, in one run.

Usage: tests/benchmarks/dawid_skene_vs_numpy.py [BUILD FOLDER, default build/release]
Needs the packages of resources/packages/debian-benchmark.txt.

50 workers, 5,000 tasks, 5 choices, 60 % of the pairs answered. Three numpy forms of a round, of which
the fastest counts: with answers as one-hot numbers, two products of matrices; with answers as numbers,
a gather and a sum over workers; with a list of answers, weighted counts. Numpy's answers are checked to
be the same, and the posterior of one form to be that of the others.
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

WORKERS, TASKS, CHOICES, SHARE, ROUNDS = 50, 5000, 5, 0.6, 10


def drawn():
    """Answers 1 ... K, 0 where there is none; workers x tasks."""
    rng = np.random.default_rng(0)
    p = rng.uniform(0.001, 0.999, (WORKERS, 1))
    q = rng.uniform(0.501, 0.899, TASKS)
    g = rng.integers(0, CHOICES, TASKS)
    h = (g + 1 + rng.integers(0, CHOICES - 1, TASKS)) % CHOICES
    knows = rng.random((WORKERS, TASKS)) < p
    answers = np.where(knows, np.where(rng.random((WORKERS, TASKS)) < q, g, h),
                       rng.integers(0, CHOICES, (WORKERS, TASKS)))
    return np.where(rng.random((WORKERS, TASKS)) < SHARE, answers + 1, 0)


def shares(answers):
    votes = np.stack([(answers == k + 1).sum(axis=0) for k in range(CHOICES)], axis=1)
    return votes / votes.sum(axis=1, keepdims=True)


def normalized(logs):
    mass = np.exp(logs - logs.max(axis=1, keepdims=True))
    return mass / mass.sum(axis=1, keepdims=True)


class OneHot:
    """Answers as (workers K) x tasks of zeros and ones."""

    def __init__(self, answers):
        self.hot = np.concatenate(
            [(answers == k + 1)[:, None, :] for k in range(CHOICES)], axis=1).astype(float)
        self.flat = self.hot.reshape(WORKERS * CHOICES, TASKS)
        self.posterior = shares(answers)

    def round(self):
        mu = (self.flat @ self.posterior).reshape(WORKERS, CHOICES, CHOICES) + 1e-6
        mu /= mu.sum(axis=1, keepdims=True)
        self.posterior = normalized(self.flat.T @ np.log(mu).reshape(-1, CHOICES))


class Gathered:
    """Answers as numbers; an unanswered pair looks up a zero."""

    def __init__(self, answers):
        self.answers = answers
        self.masks = [(answers == k + 1).astype(float) for k in range(CHOICES)]
        self.posterior = shares(answers)

    def round(self):
        mu = np.stack([mask @ self.posterior for mask in self.masks], axis=1) + 1e-6
        mu /= mu.sum(axis=1, keepdims=True)
        table = np.concatenate([np.zeros((WORKERS, 1, CHOICES)), np.log(mu)], axis=1)
        logs = np.zeros((TASKS, CHOICES))
        for i in range(WORKERS):
            logs += table[i][self.answers[i]]
        self.posterior = normalized(logs)


class Listed:
    """A list of answers: weighted counts over them."""

    def __init__(self, answers):
        self.worker, self.task = np.nonzero(answers)
        self.cell = self.worker * CHOICES + answers[self.worker, self.task] - 1
        self.posterior = shares(answers)

    def round(self):
        mu = np.stack([np.bincount(self.cell, self.posterior[self.task, c], WORKERS * CHOICES)
                       for c in range(CHOICES)], axis=1).reshape(WORKERS, CHOICES, CHOICES) + 1e-6
        mu /= mu.sum(axis=1, keepdims=True)
        rows = np.log(mu).reshape(-1, CHOICES)[self.cell]
        logs = np.stack([np.bincount(self.task, rows[:, c], TASKS) for c in range(CHOICES)], axis=1)
        self.posterior = normalized(logs)


def top_two(answers):
    """Both stages, by the definitions."""
    seen = answers > 0
    share = seen.mean()
    u = np.zeros(WORKERS)
    cuts = []
    for k in range(1, CHOICES):
        b = np.where(answers == 0, 0.0, np.where(answers <= k, -1.0, 1.0))
        b -= share * (CHOICES - 2 * k) / CHOICES
        v = np.linalg.eigh(b @ b.T)[1][:, -1]
        u += v if v.sum() > 0 else -v
        cuts.append(b)
    u = np.clip(u / (CHOICES - 1), 0, 1)
    w = np.zeros((CHOICES + 1, TASKS))
    for k, b in enumerate(cuts, 1):
        w[k] = u @ b / (2 * share)
    delta = np.diff(w, axis=0)
    order = np.argsort(delta, axis=0, kind="stable")
    g, h = order[0], order[1]
    hits = ((answers == g + 1) | (answers == h + 1)).sum(axis=1) / seen.sum(axis=1)
    p = np.clip((hits - 2 / CHOICES) / (1 - 2 / CHOICES), 0.001, 0.999)
    q = np.clip(1 / CHOICES - delta[g, np.arange(TASKS)] / np.linalg.norm(p), 0.501, 0.999)
    odds = CHOICES * p / (1 - p)
    first, second = np.log1p(np.outer(odds, q)), np.log1p(np.outer(odds, 1 - q))
    a = np.stack([np.where(answers == k + 1, first, 0).sum(axis=0) for k in range(CHOICES)])
    b = np.stack([np.where(answers == k + 1, second, 0).sum(axis=0) for k in range(CHOICES)])
    total = a[:, None, :] + b[None, :, :]
    total[np.arange(CHOICES), np.arange(CHOICES)] = -np.inf
    return total.reshape(-1, TASKS).argmax(axis=0)


def main():
    answers = drawn()
    forms = {"one-hot": OneHot, "gathered": Gathered, "listed": Listed}
    found = []
    for form in forms.values():
        method = form(answers)
        for _ in range(ROUNDS):
            method.round()
        found.append(method.posterior)
    for other in found[1:]:
        assert np.abs(other - found[0]).max() < 1e-9

    rates = {}
    for name, form in forms.items():
        method = form(answers)

        def step():
            method.round()
            return 1

        rates[name] = best_rate(step)
    own = own_rates("crowd_benchmark")
    print(f"rounds of Dawid-Skene per second, {WORKERS} workers, {TASKS} tasks, one thread")
    for name, rate in rates.items():
        print(f"  numpy, {name:<10}{rate:>10,.0f}")
    ours = own["dawid_skene/round"]
    print(f"  ours             {ours:>10,.0f}   {ours / max(rates.values()):.1f} times the fastest")

    def whole():
        top_two(answers)
        return 1

    loop, ours = best_rate(whole), own["top_two/both_stages"]
    print("both stages of TopTwo per second")
    print(f"  numpy            {loop:>10,.1f}")
    print(f"  ours             {ours:>10,.1f}   {ours / loop:.1f} times")


if __name__ == "__main__":
    main()
