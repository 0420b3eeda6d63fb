#!/usr/bin/python3 -B
"""Updates per second of the seven learners of martingale-td, ours against numpy, one thread each, in
one run.

Usage: tests/benchmarks/martingale_vs_numpy.py [BUILD FOLDER, default build/release]
Needs the packages of resources/packages/debian-benchmark.txt.

Ornstein-Uhlenbeck process, exact basis, 50 steps, batches of 32 episodes; an update draws its
episodes, or finds them ready ("learning alone"). numpy works on the whole batch at once; only time steps that need the one before are a
loop. Least squares is one rank-one update a step, in both.
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

EPISODES, STEPS, READY, LAMBDA = 32, 50, 16, 0.5
DT = 1.0 / STEPS
TO_GO = 1.0 - np.arange(STEPS + 1) * DT
A = (1.0 - np.exp(-2.0 * TO_GO)) / 2.0
C = (TO_GO - A) / 2.0
RHO = math.exp(-DT)
DEVIATION = math.sqrt((1.0 - RHO * RHO) / 2.0)


class Learner:
    def __init__(self):
        self.rng = np.random.default_rng(0)
        self.theta = np.zeros(2)
        self.u = np.zeros(2)
        self.inverse = 1e3 * np.eye(2)
        self.k = 0

    def episodes(self):
        """Features (episodes, times, 2) and rewards (episodes, steps)."""
        z = self.rng.standard_normal((EPISODES, STEPS + 1))
        x = np.empty_like(z)
        x[:, 0] = z[:, 0]
        for i in range(STEPS):
            x[:, i + 1] = RHO * x[:, i] + DEVIATION * z[:, i + 1]
        y = x * x
        phi = np.empty((EPISODES, STEPS + 1, 2))
        phi[:, :, 0] = A * y
        phi[:, :, 1] = C
        return phi, y[:, :-1] * DT

    def rate(self, start, power=1.0):
        return start / (1.0 + self.k / 200.0) ** power

    def differences(self, phi, reward):
        j = phi @ self.theta
        return j[:, 1:] - j[:, :-1] + reward

    def mstde(self, phi, reward):
        d = self.differences(phi, reward)
        self.theta -= self.rate(0.02) * np.einsum(
            "bik,bi->k", phi[:, 1:] - phi[:, :-1], d) / (DT * EPISODES)

    def ml(self, phi, reward):
        to_go = np.cumsum(reward[:, ::-1], axis=1)[:, ::-1]
        error = to_go - phi[:, :-1] @ self.theta
        self.theta += self.rate(8.0) * np.einsum("bik,bi->k", phi[:, :-1], error) * DT / EPISODES

    def ctd0(self, phi, reward):
        self.theta += self.rate(6.0) * np.einsum(
            "bik,bi->k", phi[:, :-1], self.differences(phi, reward)) / EPISODES

    def ctd0_online(self, phi, reward):
        rate = self.rate(6.0)
        for i in range(STEPS):
            d = (phi[:, i + 1] - phi[:, i]) @ self.theta + reward[:, i]
            self.theta += rate * (phi[:, i].T @ d) / EPISODES

    def ctd_lambda(self, phi, reward):
        d = self.differences(phi, reward)
        z, total, decay = np.zeros((EPISODES, 2)), np.zeros(2), LAMBDA ** DT
        for i in range(STEPS):
            z = decay * z + phi[:, i] * DT
            total += z.T @ d[:, i]
        self.theta += self.rate(15.0) * total / EPISODES

    def clstd(self, phi, reward):
        v = phi[:, :-1] - phi[:, 1:]
        for b in range(EPISODES):
            for i in range(STEPS):
                z, w = phi[b, i], v[b, i]
                step = self.inverse @ z
                denominator = 1.0 + w @ step
                self.theta += step * ((reward[b, i] - w @ self.theta) / denominator)
                self.inverse -= np.outer(step / denominator, w @ self.inverse)

    def gradient(self, phi, reward, alpha, alpha_u, preconditioned):
        g = phi[:, :-1]
        moment = np.einsum("bik,bi->k", g, self.differences(phi, reward)) / EPISODES
        jacobian = np.einsum("bik,bil->kl", g, phi[:, 1:] - g) / EPISODES
        if preconditioned:
            u = np.einsum("bik,bil->kl", g, g) * (DT / EPISODES) @ self.u
        else:
            u = self.u
        self.u = self.u + self.rate(alpha_u, 0.6) * (moment - u)
        self.theta -= self.rate(alpha, 0.5) * jacobian.T @ self.u

    def cgtd(self, phi, reward):
        self.gradient(phi, reward, 15.0, 0.5, False)

    def cgtd2(self, phi, reward):
        self.gradient(phi, reward, 2.0, 3.0, True)

    def step(self, method, batch=None):
        method(self, *(batch or self.episodes()))
        self.k += 1


def per_second(method, with_episodes):
    learner = Learner()
    ready = [None] if with_episodes else [learner.episodes() for _ in range(READY)]
    count = 0

    def step():
        nonlocal count
        learner.step(method, ready[count % len(ready)])
        count += 1
        return 1

    return best_rate(step)


def main():
    measured = own_rates("martingale_benchmark")
    print(f"{'':<14}{'with its episodes':>30}{'learning alone':>34}   updates per second")
    print(f"{'learner':<14}" + f"{'numpy':>10}{'ours':>12}{'ratio':>8}    " * 2)
    seconds = {"updates": [0.0, 0.0], "learns": [0.0, 0.0]}
    for name in ("mstde", "ml", "ctd0", "ctd0_online", "ctd_lambda", "clstd", "cgtd", "cgtd2"):
        line = f"{name:<14}"
        for kind, total in seconds.items():
            loop = per_second(getattr(Learner, name), kind == "updates")
            own = measured[f"{kind}/{name}"]
            line += f"{loop:>10,.0f}{own:>12,.0f}{own / loop:>8.1f}    "
            if name != "ctd0_online":
                total[0] += 1.0 / loop
                total[1] += 1.0 / own
        print(line)
    print(f"{'all seven':<14}" + "".join(
        f"{1 / a:>10,.0f}{1 / b:>12,.0f}{a / b:>8.1f}    " for a, b in seconds.values()))


if __name__ == "__main__":
    main()
