#!/usr/bin/python3
"""Compares the iterates that optimizer_trajectories prints with those of PyTorch's optimizers.

Exit code 77 (skipped) without Debian's python3-torch.
"""
import subprocess
import sys

try:
    import torch
except ImportError:
    print("SKIPPED: PyTorch is missing (apt-get install python3-torch)")
    sys.exit(77)

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, 1.0, weight_decay=0.01),
    "momentum": lambda p: torch.optim.SGD(p, 1.0, momentum=0.9, weight_decay=0.01),
    "nesterov": lambda p: torch.optim.SGD(p, 1.0, momentum=0.9, nesterov=True, weight_decay=0.01),
    "adagrad": lambda p: torch.optim.Adagrad(p, 1.0, weight_decay=0.01),
    "rmsprop": lambda p: torch.optim.RMSprop(p, 1.0, weight_decay=0.01),
    "adam": lambda p: torch.optim.Adam(p, 1.0, weight_decay=0.01),
    "adamw": lambda p: torch.optim.AdamW(p, 1.0, weight_decay=0.01),
}
TOLERANCE = 1e-5


def trajectory(name):
    x = torch.tensor([1.0 - 0.3 * i for i in range(6)], dtype=torch.float64, requires_grad=True)
    factors = torch.arange(1, 7, dtype=torch.float64)
    optimizer = OPTIMIZERS[name]([x])
    for t in range(100):
        optimizer.param_groups[0]["lr"] = 0.02 / (1.0 + 0.05 * t)
        optimizer.zero_grad()
        (factors @ (1 - torch.cos(x)) + 0.5 * x.sum() ** 2).backward()
        optimizer.step()
        yield x.detach().clone()


def main():
    printed = {}
    for line in subprocess.run([sys.argv[1]], check=True, capture_output=True,
                               text=True).stdout.splitlines():
        name, _, *values = line.split()
        printed.setdefault(name, []).append(torch.tensor([float(v) for v in values],
                                                         dtype=torch.float64))
    failed = sorted(printed) != sorted(OPTIMIZERS)
    for name, ours in printed.items():
        theirs = list(trajectory(name))
        worst = max(float((a - b).norm() / b.norm()) for a, b in zip(ours, theirs))
        print(f"{name}: {len(ours)} steps, largest relative distance {worst:.2e}")
        failed |= len(ours) != len(theirs) or not worst < TOLERANCE
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
