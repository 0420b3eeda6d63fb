#!/usr/bin/python3
"""Times the steps of language_steps_benchmark with PyTorch on the processor.

    language_steps_vs_pytorch.py [PATH/TO/language_steps_benchmark]

With the path, that benchmark is run in turn with PyTorch and the ratios are printed. Needs Debian's
python3-torch, and libopenblas0-pthread so that it does not run on the reference BLAS. Run it on one
thread: OMP_NUM_THREADS=1 taskset -c 0 language_steps_vs_pytorch.py ...
"""
import json
import subprocess
import sys
import time

try:
    import torch
    from torch import nn
except ImportError:
    print("PyTorch is missing: apt-get install python3-torch libopenblas0-pthread", file=sys.stderr)
    sys.exit(77)

VOCABULARY, CONTEXT, BATCH, LAYERS, HEADS = 23, 64, 8, 2, 2


class Block(nn.Module):
    def __init__(self, width, p):
        super().__init__()
        self.a, self.b = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.drop = nn.Dropout(p)

    def forward(self, x, mask):
        n, t, w = x.shape
        q, k, v = (z.view(n, t, HEADS, -1).transpose(1, 2) for z in self.qkv(self.a(x)).chunk(3, -1))
        a = self.drop(torch.softmax(q @ k.transpose(-1, -2) / (w // HEADS) ** 0.5 + mask, -1))
        x = x + self.drop(self.out((a @ v).transpose(1, 2).reshape(n, t, w)))
        return x + self.drop(self.down(nn.functional.gelu(self.up(self.b(x)))))


class Transformer(nn.Module):
    def __init__(self, width, p=0.0):
        super().__init__()
        self.tokens, self.places = nn.Embedding(VOCABULARY, width), nn.Embedding(CONTEXT, width)
        self.blocks = nn.ModuleList(Block(width, p) for _ in range(LAYERS))
        self.last, self.logits = nn.LayerNorm(width), nn.Linear(width, VOCABULARY)
        self.drop = nn.Dropout(p)
        self.mask = torch.full((CONTEXT, CONTEXT), float("-inf")).triu(1)

    def forward(self, tokens):
        x = self.drop(self.tokens(tokens) + self.places.weight)
        for block in self.blocks:
            x = block(x, self.mask)
        return self.logits(self.last(x))


class Ngram(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY + 1, 16)
        self.hidden, self.logits = nn.Linear(128, 128), nn.Linear(128, VOCABULARY)

    def forward(self, tokens):
        padded = nn.functional.pad(tokens, (7, 0), value=VOCABULARY)
        last = self.tokens(padded).unfold(1, 8, 1).transpose(2, 3).reshape(BATCH, CONTEXT, 128)
        return self.logits(torch.tanh(self.hidden(last)))


def loss_of(model, tokens, target):
    return nn.functional.cross_entropy(model(tokens).view(-1, VOCABULARY), target.view(-1))


def milliseconds(action):
    """The best of five rounds of at least 0.3 seconds."""
    for _ in range(3):
        action()
    best = float("inf")
    for _ in range(5):
        start, count = time.perf_counter(), 0
        while time.perf_counter() - start < 0.3:
            action()
            count += 1
        best = min(best, (time.perf_counter() - start) / count)
    return 1e3 * best


def step_of(model, measured_without_dropout=False):
    data = torch.randint(VOCABULARY, (BATCH, CONTEXT + 1))
    tokens, target = data[:, :-1].contiguous(), data[:, 1:].contiguous()
    adam = torch.optim.AdamW(model.parameters(), 3e-3, weight_decay=0.0)

    def step():
        if measured_without_dropout:
            model.eval()
            with torch.no_grad():
                loss_of(model, tokens, target)
            model.train()
        adam.zero_grad()
        loss_of(model, tokens, target).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()

    return step


def test_of(model):
    data = torch.randint(VOCABULARY, (256, CONTEXT + 1))

    def test():
        with torch.no_grad():
            for rows in data.split(BATCH):
                loss_of(model, rows[:, :-1], rows[:, 1:].contiguous()).item()

    return test


def ours(program):
    """Milliseconds by benchmark, the best of five repetitions."""
    text = subprocess.run([program, "--benchmark_format=json", "--benchmark_repetitions=5",
                           "--benchmark_min_time=0.3"], check=True, capture_output=True, text=True)
    best = {}
    for entry in json.loads(text.stdout)["benchmarks"]:
        if entry.get("run_type") == "iteration":
            name = entry["run_name"].removesuffix("/real_time")
            best[name] = min(best.get(name, float("inf")), entry["real_time"])
    return best


def main():
    torch.manual_seed(1)
    theirs = {
        "transformer/32": milliseconds(step_of(Transformer(32))),
        "transformer/64": milliseconds(step_of(Transformer(64))),
        "transformerWithDropout/32": milliseconds(step_of(Transformer(32, 0.1), True)),
        "ngramNetwork/0": milliseconds(step_of(Ngram())),
        "testLoss/32": milliseconds(test_of(Transformer(32))),
    }
    own = ours(sys.argv[1]) if len(sys.argv) > 1 else {}
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads; milliseconds")
    for name, time_taken in theirs.items():
        line = f"{name:28s} PyTorch {time_taken:8.3f}"
        if name in own:
            line += f"   Convergence Lab {own[name]:8.3f}   ratio {time_taken / own[name]:.2f}"
        print(line)


if __name__ == "__main__":
    main()
