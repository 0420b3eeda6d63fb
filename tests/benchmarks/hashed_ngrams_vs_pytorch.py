#!/usr/bin/python3 -B
"""Training steps per second of the hashed log-linear model of bytes, ours against PyTorch, one thread each,
in one run.

Usage: tests/benchmarks/hashed_ngrams_vs_pytorch.py [BUILD FOLDER, default build/release]
Needs Debian's python3-torch, and libopenblas0-pthread so that it does not run on the reference BLAS.

185 symbols, 2^11 rows for two and for three bytes, batches of 16 chunks of 65 bytes, Adam. PyTorch gets the
rows of all contexts ready made, which favors it; ours hashes them. Tables are embeddings with dense
gradients, which Adam needs (SparseAdam leaves idle rows' moments alone: another algorithm).
"""
import os
import sys

os.environ["OMP_NUM_THREADS"] = "1"

try:
    import torch
    from torch import nn
except ImportError:
    sys.exit("PyTorch is missing: apt-get install python3-torch libopenblas0-pthread")

from rates import best_rate, own_rates

SYMBOLS, ROWS, BATCH, POSITIONS, CHUNKS = 185, 2048, 16, 62, 4000


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(SYMBOLS))
        self.tables = nn.ModuleList(nn.Embedding(rows, SYMBOLS) for rows in (SYMBOLS, ROWS, ROWS))
        for table in self.tables:
            nn.init.zeros_(table.weight)

    def forward(self, rows):
        return self.bias + sum(table(rows[k]) for k, table in enumerate(self.tables))


def main():
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(1)
    text = (SYMBOLS * torch.rand(CHUNKS, 65, generator=generator) ** 3).long()
    first = text[:, 2:64]
    second = (first * 16777619 ^ text[:, 1:63] * 709607) % ROWS
    third = (second * 16777619 ^ text[:, 0:62] * 15485863) % ROWS
    rows = torch.stack((first, second, third))
    targets = text[:, 3:]

    model = Model()
    adam = torch.optim.Adam(model.parameters(), 0.02, betas=(0.9, 0.98), eps=1e-6)
    weights = torch.ones(BATCH, 1)

    def step():
        batch = torch.randint(CHUNKS, (BATCH,), generator=generator)
        losses = nn.functional.cross_entropy(model(rows[:, batch]).view(-1, SYMBOLS),
                                             targets[batch].reshape(-1), reduction="none")
        adam.zero_grad()
        (losses.view(BATCH, POSITIONS) * weights).mean().backward()
        adam.step()
        return 1

    for _ in range(5):
        step()
    theirs, ours = best_rate(step), own_rates("domains_benchmark")["ngramSteps"]
    print(f"steps per second, one thread, PyTorch {torch.__version__}")
    print(f"  PyTorch {theirs:>8,.0f}   ours {ours:>8,.0f}   {ours / theirs:.1f} times as fast")


if __name__ == "__main__":
    main()
