#!/usr/bin/python3
"""Times what layers_benchmark times with PyTorch on the processor: forward and backward of one part.

Needs Debian's python3-torch, and libopenblas0-pthread so that it does not run on the reference BLAS.
Compare on one thread: OMP_NUM_THREADS=1 layers_vs_torch.py, and taskset -c 0 layers_benchmark.
With --processor-time, and one thread, it counts the time of the process alone: for busy machines.
(Of layers_benchmark the column CPU is that.)
"""
import sys
import time

try:
    import torch
    from torch import nn
    from torch.nn import functional as F
except ImportError:
    print("PyTorch is missing: apt-get install python3-torch libopenblas0-pthread", file=sys.stderr)
    sys.exit(77)


clock = time.process_time if "--processor-time" in sys.argv else time.perf_counter


def microseconds(name, step):
    """The best of five rounds of at least 0.3 s."""
    for _ in range(5):
        step()
    best = 1e9
    for _ in range(5):
        start, count = clock(), 0
        while clock() - start < 0.3:
            step()
            count += 1
        best = min(best, (clock() - start) / count)
    print(f"{name} {1e6 * best:.1f} us")


def slopes(parameters, loss):
    """A step that computes the gradients in the parameters and keeps nothing."""
    return lambda: torch.autograd.grad(loss(), parameters)


def tanh_recurrent(batch, length, inputs, width):
    layer = nn.RNN(inputs, width)
    x = torch.randn(length, batch, inputs)
    return slopes(list(layer.parameters()), lambda: layer(x)[0].mean(0).square().mean())


def low_rank_adapter(rows, inputs, outputs, rank):
    weight, bias = torch.randn(outputs, inputs), torch.randn(outputs)
    a = torch.randn(rank, inputs, requires_grad=True)
    b = torch.zeros(outputs, rank, requires_grad=True)
    x = torch.randn(rows, inputs)
    return slopes([a, b], lambda: (
        F.linear(x, weight, bias) + F.linear(F.linear(x, a) * (16.0 / rank), b)).square().mean())


def whole_layer(rows, inputs, outputs):
    layer, x = nn.Linear(inputs, outputs), torch.randn(rows, inputs)
    return slopes(list(layer.parameters()), lambda: layer(x).square().mean())


def feed_forward(kind):
    x = torch.randn(128, 32)
    up = torch.randn(128, 32, requires_grad=True)
    down = torch.randn(32, 128, requires_grad=True)
    a = torch.tensor([0.0, 1 / 3, 1 / 3, 1 / 3], requires_grad=True)

    def rms(z):
        return z * torch.rsqrt(z.square().mean(-1, keepdim=True) + 1e-6)

    def sigma(h):
        if kind == "ReLU":
            return F.relu(h)
        if kind == "PolyReLU":
            u = F.relu(h)
            return a[0] + u * (a[1] + u * (a[2] + u * a[3]))
        return a[0] + a[1] * rms(h) + a[2] * rms(h * h) + a[3] * rms(h * h * h)

    parameters = [up, down] + ([] if kind == "ReLU" else [a])
    return slopes(parameters, lambda: F.linear(sigma(F.linear(x, up)), down).square().mean())


def soft_targets(classes):
    logits = torch.randn(128, classes, requires_grad=True)
    targets, weights = torch.rand(128, classes), torch.rand(128, requires_grad=True)
    return slopes([logits, weights], lambda: (
        weights * F.cross_entropy(logits, targets, reduction="none")).sum() / 128)


def hypernetwork():
    shapes = [(16, 196), (16,), (16, 16), (16,), (16, 16), (16,), (10, 16), (10,)]
    total = sum(torch.Size(shape).numel() for shape in shapes)
    hyper = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(), nn.Linear(16, 32), nn.LeakyReLU(),
                          nn.Linear(32, total))
    gamma, x = torch.tensor([0.6, 0.8]), torch.randn(32, 196)

    def loss():
        theta, begin, h = hyper(gamma), 0, x
        parts = []
        for shape in shapes:
            size = torch.Size(shape).numel()
            parts.append(theta[begin:begin + size].view(shape))
            begin += size
        for layer in range(4):
            h = F.linear(h, parts[2 * layer], parts[2 * layer + 1])
            h = F.leaky_relu(h) if layer < 3 else h
        return h.square().mean()

    return slopes(list(hyper.parameters()), loss)


def client_gradients(sizes, clients=10, batch=32):
    """All clients at once by products of stacks of matrices."""
    weights = [torch.randn(clients, a, b, requires_grad=True) for a, b in zip(sizes, sizes[1:])]
    biases = [torch.randn(clients, 1, b, requires_grad=True) for b in sizes[1:]]
    x = torch.randn(clients, batch, sizes[0])
    y = torch.randint(10, (clients * batch,))

    def loss():
        h = x
        for layer, (w, b) in enumerate(zip(weights, biases)):
            h = torch.baddbmm(b, h, w)
            h = F.relu(h) if layer + 1 < len(weights) else h
        return F.cross_entropy(h.view(clients * batch, -1), y, reduction="sum") / batch

    return slopes(weights + biases, loss)


def main():
    torch.manual_seed(1)
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads")
    for sizes in ((20, 30, 16, 32), (64, 64, 64, 128)):
        microseconds("tanhRecurrent/" + "/".join(map(str, sizes)), tanh_recurrent(*sizes))
    for sizes in ((64, 196, 128, 4), (256, 512, 512, 8)):
        microseconds("lowRankAdapter/" + "/".join(map(str, sizes)), low_rank_adapter(*sizes))
    for sizes in ((64, 196, 128), (256, 512, 512)):
        microseconds("wholeLayer/" + "/".join(map(str, sizes)), whole_layer(*sizes))
    for kind in ("ReLU", "PolyReLU", "PolyNorm"):
        microseconds("feedForward " + kind, feed_forward(kind))
    for classes in (10, 256):
        microseconds(f"softTargets/{classes}", soft_targets(classes))
    microseconds("hypernetwork", hypernetwork())
    for name, sizes in (("softmax", (784, 10)), ("small", (196, 32, 10)), ("mlp", (784, 64, 10))):
        microseconds("clientGradients " + name, client_gradients(sizes))


if __name__ == "__main__":
    main()
