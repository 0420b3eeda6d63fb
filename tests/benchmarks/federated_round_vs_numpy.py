#!/usr/bin/python3 -B
"""Rounds of FedAvg per second, ours against numpy and PyTorch, one thread each, in one run.

Usage: tests/benchmarks/federated_round_vs_numpy.py [BUILD FOLDER, default build/release]
Needs the packages of resources/packages/debian-benchmark.txt. PyTorch is left out where it is
missing.

Quadratics: N = 20 clients, d = 20, K = 10 exact steps. Networks: 10 of 20 clients, B = 32, K = 10;
both sides draw indices and gather the pictures. numpy and PyTorch work on all clients at once
[clients x batch x features]; PyTorch's loop trains one client after another. The sgemm rate is that
of numpy on the products of the network's first layer, for all clients in one matrix product each.
"""
import os
import sys

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
# oneTBB obeys the processors that it may use.
os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})

try:
    import numpy as np
except ImportError:
    sys.exit("numpy is missing: install the packages of resources/packages/debian-benchmark.txt")
try:
    import torch
    torch.set_num_threads(1)
except ImportError:
    torch = None

from rates import rates_in_turn

CLIENTS, DIMENSION, STEPS = 20, 20, 10
SAMPLED, BATCH, PICTURES = 10, 32, 100
INPUTS, HIDDEN, CLASSES = 784, 64, 10
rng = np.random.default_rng(0)


def quadratics(rotated):
    optima = rng.standard_normal((CLIENTS, DIMENSION))
    diagonal = np.logspace(-1, 0, DIMENSION)[rng.permuted(
        np.tile(np.arange(DIMENSION), (CLIENTS, 1)), axis=1)]
    turned = [np.linalg.qr(rng.standard_normal((DIMENSION, DIMENSION)))[0] for _ in range(CLIENTS)]
    full = np.stack([u * s @ u.T for u, s in zip(turned, diagonal)])
    x = rng.standard_normal(DIMENSION)

    def round_():
        nonlocal x
        y = np.tile(x, (CLIENTS, 1))
        for _ in range(STEPS):
            off = y - optima
            y -= 0.1 * (np.matmul(full, off[:, :, None])[:, :, 0] if rotated else diagonal * off)
        x = x + (y - x).mean(axis=0)
        return 1
    return round_


def pictures():
    images = rng.standard_normal((CLIENTS, PICTURES, INPUTS)).astype(np.float32)
    return images, rng.integers(0, CLASSES, (CLIENTS, PICTURES))


def numpy_network():
    images, labels = pictures()
    w1 = rng.uniform(-1, 1, (INPUTS, HIDDEN)).astype(np.float32) / 28
    w2 = rng.uniform(-1, 1, (HIDDEN, CLASSES)).astype(np.float32) / 8
    b1, b2 = np.zeros(HIDDEN, np.float32), np.zeros(CLASSES, np.float32)
    one_hot = np.eye(CLASSES, dtype=np.float32)

    def round_():
        nonlocal w1, b1, w2, b2
        chosen = rng.choice(CLIENTS, SAMPLED, replace=False)
        own = [np.repeat(p[None], SAMPLED, axis=0) for p in (w1, b1[None], w2, b2[None])]
        for _ in range(STEPS):
            indices = rng.integers(0, PICTURES, (SAMPLED, BATCH))
            x, y = images[chosen[:, None], indices], labels[chosen[:, None], indices]
            h = np.maximum(x @ own[0] + own[1], 0)
            z = h @ own[2] + own[3]
            p = np.exp(z - z.max(axis=2, keepdims=True))
            p /= p.sum(axis=2, keepdims=True)
            d = (p - one_hot[y]) / BATCH
            back = (d @ own[2].transpose(0, 2, 1)) * (h > 0)
            own[2] -= 0.01 * (h.transpose(0, 2, 1) @ d)
            own[3] -= 0.01 * d.sum(axis=1, keepdims=True)
            own[0] -= 0.01 * (x.transpose(0, 2, 1) @ back)
            own[1] -= 0.01 * back.sum(axis=1, keepdims=True)
        w1, b1, w2, b2 = (p.mean(axis=0) for p in own)
        b1, b2 = b1[0], b2[0]
        return 1
    return round_


def sgemm():
    """Floating-point operations per second on the products of the first layer."""
    a = rng.standard_normal((BATCH * SAMPLED, INPUTS)).astype(np.float32)
    b = rng.standard_normal((INPUTS, HIDDEN)).astype(np.float32)

    def product():
        a @ b
        return 2 * a.shape[0] * a.shape[1] * b.shape[1]
    return product


def layers(kind):
    nn = torch.nn
    if kind == "mlp":
        return nn.Sequential(nn.Linear(INPUTS, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, CLASSES))
    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 120),
        nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, CLASSES))


def torch_loop(kind):
    images, labels = (torch.from_numpy(a) for a in pictures())
    model = layers(kind)
    loss = torch.nn.CrossEntropyLoss()

    def round_():
        start = [p.detach().clone() for p in model.parameters()]
        mean = [torch.zeros_like(p) for p in start]
        for client in rng.choice(CLIENTS, SAMPLED, replace=False):
            with torch.no_grad():
                for p, s in zip(model.parameters(), start):
                    p.copy_(s)
            for _ in range(STEPS):
                indices = torch.from_numpy(rng.integers(0, PICTURES, BATCH))
                model.zero_grad(set_to_none=True)
                loss(model(images[client, indices]), labels[client, indices]).backward()
                with torch.no_grad():
                    for p in model.parameters():
                        p -= 0.01 * p.grad
            with torch.no_grad():
                for m, p in zip(mean, model.parameters()):
                    m += p / SAMPLED
        with torch.no_grad():
            for p, m in zip(model.parameters(), mean):
                p.copy_(m)
        return 1
    return round_


def torch_batched(kind):
    """All clients in one graph: matrices [clients x ...], convolutions in groups."""
    functional = torch.nn.functional
    images, labels = (torch.from_numpy(a) for a in pictures())
    server = [p.detach().clone() for p in layers(kind).parameters()]

    def dense(x, own, k, last=False):
        y = torch.baddbmm(own[k + 1][:, None, :], x, own[k].transpose(1, 2))
        return y if last else functional.relu(y)

    def convolution(x, own, k, padding):
        y = functional.conv2d(x, own[k].flatten(0, 1), own[k + 1].flatten(), padding=padding,
                              groups=SAMPLED)
        return functional.max_pool2d(functional.relu(y), 2)

    def logits(own, x):
        if kind == "mlp":
            return dense(dense(x, own, 0), own, 2, last=True)
        x = x.transpose(0, 1).unflatten(2, (28, 28))
        x = convolution(convolution(x, own, 0, 2), own, 2, 0)
        x = x.unflatten(1, (SAMPLED, 16)).transpose(0, 1).flatten(2)
        return dense(dense(dense(x, own, 4), own, 6), own, 8, last=True)

    def round_():
        nonlocal server
        chosen = torch.from_numpy(rng.choice(CLIENTS, SAMPLED, replace=False))
        own = [p.expand(SAMPLED, *p.shape).clone().requires_grad_() for p in server]
        for _ in range(STEPS):
            indices = torch.from_numpy(rng.integers(0, PICTURES, (SAMPLED, BATCH)))
            x, y = images[chosen[:, None], indices], labels[chosen[:, None], indices]
            loss = functional.cross_entropy(logits(own, x).flatten(0, 1), y.flatten(),
                                            reduction="sum") / BATCH
            slopes = torch.autograd.grad(loss, own)
            with torch.no_grad():
                for p, g in zip(own, slopes):
                    p -= 0.01 * g
        server = [p.detach().mean(dim=0) for p in own]
        return 1
    return round_


# Of the network: forward, and two products backward in all but the first layer's inputs.
FLOP = 2 * BATCH * SAMPLED * STEPS * (2 * INPUTS * HIDDEN + 3 * HIDDEN * CLASSES)
print(f"{'rounds per second':28}{'ours':>10}{'theirs':>10}{'times':>8}")


def compare(case, theirs):
    ours, *rates = rates_in_turn("federated_benchmark", case, *theirs.values())
    for label, rate in zip(theirs, rates):
        if label == "sgemm":
            print(f"{case}: {ours * FLOP / rate:.0%} of the sgemm rate of {rate / 1e9:.1f} GFlop/s")
        else:
            print(f"{f'{case}, {label}':28}{ours:10.1f}{rate:10.1f}{ours / rate:8.2f}")


def by_torch(kind):
    if torch is None:
        return {}
    return {"PyTorch batched": torch_batched(kind), "PyTorch, one by one": torch_loop(kind)}


compare("diagonal", {"numpy": quadratics(False)})
compare("rotated", {"numpy": quadratics(True)})
compare("mlp", {"numpy": numpy_network(), "sgemm": sgemm(), **by_torch("mlp")})
if torch is None:
    print("PyTorch is missing and left out.")
else:
    compare("lenet", by_torch("lenet"))
