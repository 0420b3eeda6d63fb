#!/usr/bin/python3
"""Times the steps of network_steps_benchmark with PyTorch on the processor.

Needs Debian's python3-torch, and libopenblas0-pthread so that it does not run on the reference BLAS.
Run it on one thread and on all: OMP_NUM_THREADS=1 network_steps_vs_torch.py
With --processor-time, and one thread, it counts the time of the process alone: for busy machines.
"""
import sys
import time

try:
    import torch
    from torch import nn
except ImportError:
    print("PyTorch is missing: apt-get install python3-torch libopenblas0-pthread", file=sys.stderr)
    sys.exit(77)


clock = time.process_time if "--processor-time" in sys.argv else time.perf_counter


def steps_per_second(parameters, loss):
    """The best of five rounds of at least half a second."""
    optimizer = torch.optim.Adam(parameters, 1e-3)

    def step():
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()

    for _ in range(3):
        step()
    best = 0.0
    for _ in range(5):
        start, count = clock(), 0
        while clock() - start < 0.5:
            step()
            count += 1
        best = max(best, count / (clock() - start))
    return best


def classifier(model, x, classes):
    y = torch.randint(classes, (x.shape[0],))
    return list(model.parameters()), lambda: nn.functional.cross_entropy(model(x), y)


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.a, self.b = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, mask):
        n, t, w = x.shape
        q, k, v = (z.view(n, t, self.heads, -1).transpose(1, 2)
                   for z in self.qkv(self.a(x)).chunk(3, -1))
        p = torch.softmax(q @ k.transpose(-1, -2) / (w // self.heads) ** 0.5 + mask, -1)
        x = x + self.out((p @ v).transpose(1, 2).reshape(n, t, w))
        return x + self.down(nn.functional.gelu(self.up(self.b(x))))


class Transformer(nn.Module):
    def __init__(self, vocabulary=256, context=128, width=128, heads=4, layers=4):
        super().__init__()
        self.tokens, self.places = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.last = nn.LayerNorm(width)
        self.mask = torch.full((context, context), float("-inf")).triu(1)

    def forward(self, tokens):
        x = self.tokens(tokens) + self.places.weight
        for block in self.blocks:
            x = block(x, self.mask)
        return self.last(x) @ self.tokens.weight.t()


def main():
    torch.manual_seed(1)
    relu = nn.ReLU
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads; steps per second")
    n = 1024
    a, b = torch.randn(n, n), torch.randn(n, n)
    best = 1e9
    for _ in range(20):
        start = clock()
        a @ b
        best = min(best, clock() - start)
    print(f"sgemm {n}: {2e-9 * n ** 3 / best:.1f} GFLOP/s")
    large = nn.Sequential(nn.Linear(784, 256), relu(), nn.Linear(256, 256), relu(),
                          nn.Linear(256, 10))
    print(f"largeMlp {steps_per_second(*classifier(large, torch.randn(128, 784), 10)):.1f}")
    small = nn.Sequential(nn.Linear(64, 64), relu(), nn.Linear(64, 64), relu(), nn.Linear(64, 1))
    x, y = torch.randn(32, 64), torch.randn(32, 1)
    print(f"smallMlp {steps_per_second(list(small.parameters()), lambda: ((small(x) - y) ** 2).mean()):.1f}")
    conv = nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), relu(), nn.AvgPool2d(2),
                         nn.Conv2d(6, 16, 5), relu(), nn.AvgPool2d(2), nn.Flatten(),
                         nn.Linear(400, 120), relu(), nn.Linear(120, 84), relu(), nn.Linear(84, 10))
    print(f"convolutional {steps_per_second(*classifier(conv, torch.randn(64, 1, 28, 28), 10)):.1f}")
    model = Transformer()
    tokens, target = torch.randint(256, (16, 128)), torch.randint(256, (16 * 128,))
    print("transformer {:.2f}".format(steps_per_second(
        list(model.parameters()),
        lambda: nn.functional.cross_entropy(model(tokens).view(-1, 256), target))))


if __name__ == "__main__":
    main()
