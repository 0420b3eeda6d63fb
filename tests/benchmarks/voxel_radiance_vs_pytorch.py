#!/usr/bin/python3
"""voxel-radiance's preset 'standard' in plain PyTorch on the CPU, beside this program.

The same method with the same sizes: dense grids read by grid_sample, opacities of a batch as a padded
rays x samples matrix, transmittance by cumprod, gradients by autograd, Adam in torch operations, the
mask and the threshold before color is asked. What it leaves out costs it nothing: view-count rates.

Prints, for both, milliseconds of wall time and of processor time a coarse and a fine step and the
held-out PSNR; then how many times as many steps a second this program does, in both stages. Needs Debian's python3-torch; install libopenblas0-pthread for a BLAS that is not the
reference one. --scale 0.2 does a fifth of all steps on both sides.

    tests/benchmarks/voxel_radiance_vs_pytorch.py build/release/benchmarks/radiance_step_benchmark
"""
import argparse
import json
import math
import os
import subprocess
import sys
import time

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit("PyTorch is missing: apt-get install python3-torch libopenblas0-pthread")


# ---- The analytic scene --------------------------------------------------------------------------

def distances(p):
    xy = p[:, :2].norm(dim=1)
    torus = torch.stack([xy - .75, p[:, 2]], 1).norm(dim=1) - .28
    sphere = (p - torch.tensor([0, 0, .25])).norm(dim=1) - .42
    q = (p - torch.tensor([0, 0, -.45])).abs() - torch.tensor([1.15, 1.15, .08])
    plate = q.clamp(min=0).norm(dim=1) + q.max(1).values.clamp(max=0)
    return torch.stack([torus, sphere, plate], 1)


def shade(p, v):
    d = distances(p)
    body = d.argmin(1)
    e = 1e-4
    n = torch.stack([distances(p + e * a).gather(1, body[:, None])[:, 0] -
                     distances(p - e * a).gather(1, body[:, None])[:, 0] for a in torch.eye(3)], 1)
    n = F.normalize(n, dim=1)
    odd = lambda k: (k.long() % 2 != 0)[:, None]
    color = lambda *c: torch.tensor(c)[None]
    torus = torch.where(odd(torch.floor(8 * torch.atan2(p[:, 1], p[:, 0]) / math.pi)),
                        color(.85, .25, .2), color(.95, .75, .3))
    plate = torch.where(odd(torch.floor(3 * p[:, 0]) + torch.floor(3 * p[:, 1])),
                        color(.9, .9, .9), color(.2, .35, .25))
    albedo = torch.stack([torus, color(.2, .45, .85).expand_as(torus), plate], 1)
    albedo = albedo.gather(1, body[:, None, None].expand(-1, 1, 3))[:, 0]
    light = F.normalize(torch.tensor([.5, .3, .8]), dim=0)
    half = F.normalize(light - v, dim=1)
    diffuse = albedo * (.35 + .65 * (n @ light).clamp(min=0))[:, None]
    gloss = .35 * (n * half).sum(1).clamp(min=0) ** 40 * (body < 2)
    return (diffuse + gloss[:, None]).clamp(0, 1)


def camera(azimuth, sine):
    cosine = math.sqrt(1 - sine * sine)
    back = torch.tensor([math.cos(azimuth) * cosine, math.sin(azimuth) * cosine, sine])
    right = F.normalize(torch.linalg.cross(torch.tensor([0., 0., 1.]), back), dim=0)
    return torch.stack([right, torch.linalg.cross(back, right), back], 1), 4.03 * back


def directions(rotation, size, shift=(.5, .5)):
    focal = .5 * size / math.tan(.5 * .6911112)
    y, x = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    local = torch.stack([(x + shift[0] - size / 2) / focal, -(y + shift[1] - size / 2) / focal,
                         -torch.ones(size, size)], -1)
    return (local @ rotation.T).reshape(-1, 3)


def picture(pose, size):
    rotation, origin = pose
    total = 0
    for sx in (.25, .75):
        for sy in (.25, .75):
            v = F.normalize(directions(rotation, size, (sx, sy)), dim=1)
            t = torch.full((len(v),), 2.)
            for _ in range(96):
                d = distances(origin + t[:, None] * v).min(1).values
                t = torch.where(d < 2e-3, t, t + d).clamp(max=8)
            p = origin + t[:, None] * v
            hit = distances(p).min(1).values < 2e-3
            total = total + torch.where(hit[:, None], shade(p, v), torch.ones(1, 3))
    return total / 4


# ---- The method ----------------------------------------------------------------------------------

class Stage:
    def __init__(self, low, high, voxels, base, features, width, alpha, threshold):
        self.low, self.high, self.base, self.threshold = low, high, base, threshold
        self.shift = math.log(1 / (1 - alpha) - 1)
        self.resize(voxels)
        self.density = torch.zeros(1, 1, *self.size)
        self.features = torch.zeros(1, features, *self.size)
        self.mask = torch.ones(self.size, dtype=torch.bool)
        self.net = torch.nn.Sequential(
            torch.nn.Linear(features + 27, width), torch.nn.ReLU(), torch.nn.Linear(width, width),
            torch.nn.ReLU(), torch.nn.Linear(width, 3)) if width else None
        if self.net:
            torch.nn.init.zeros_(self.net[4].bias)
        self.restart()

    def resize(self, voxels):
        volume = (self.high - self.low).prod().item()
        self.voxel = (volume / voxels) ** (1 / 3)
        self.ratio = self.voxel / (volume / self.base) ** (1 / 3)
        self.size = [int(e / self.voxel + 1e-9) for e in (self.high - self.low).tolist()]

    def restart(self):
        self.density = self.density.detach().requires_grad_()
        self.features = self.features.detach().requires_grad_()
        self.tensors = [(self.density, .1, self.net is not None),
                        (self.features, .1, self.net is not None)]
        if self.net:
            self.tensors += [(p, 1e-3, False) for p in self.net.parameters()]
        self.moments = [(torch.zeros_like(p), torch.zeros_like(p)) for p, _, _ in self.tensors]
        self.t = 0

    def alpha(self, raw, interval):
        return -torch.expm1(-interval * F.softplus(raw + self.shift))

    def pooled(self, interval):
        return self.alpha(F.max_pool3d(self.density.detach(), 3, 1, 1), interval)[0, 0]

    def read(self, grid, p):
        u = ((p - self.low) / (self.high - self.low) * 2 - 1).flip(-1).view(1, 1, 1, -1, 3)
        return F.grid_sample(grid, u, align_corners=True).view(grid.shape[1], -1).T

    def render(self, o, d):
        safe = torch.where(d == 0, torch.full_like(d, 1e-6), d)
        a, b = (self.high - o) / safe, (self.low - o) / safe
        near = torch.minimum(a, b).max(1).values.clamp(min=2)
        far = torch.maximum(a, b).min(1).values.clamp(min=2)
        norm = d.norm(dim=1)
        view = d / norm[:, None]
        step = .5 * self.voxel
        count = torch.ceil((far - near) * norm / step).clamp(min=1)
        k = torch.arange(int(count.max().item()))
        ray, place = torch.nonzero(k[None] < count[:, None], as_tuple=True)
        p = (o + d * near[:, None])[ray] + view[ray] * (place * step)[:, None]
        inside = ((p >= self.low) & (p <= self.high)).all(1)
        scale = (torch.tensor(self.size) - 1) / (self.high - self.low)
        cell = ((p - self.low) * scale + .5).long()
        inside[inside.clone()] &= self.mask[tuple(cell[inside].T)]
        p, ray, place = p[inside], ray[inside], place[inside]
        alpha = self.alpha(self.read(self.density, p)[:, 0], .5 * self.ratio)
        keep = alpha > self.threshold
        p, ray, place, alpha = p[keep], ray[keep], place[keep], alpha[keep]
        table = torch.zeros(len(o), len(k)).index_put((ray, place), alpha)
        t = torch.cumprod(torch.cat([torch.ones(len(o), 1), 1 - table], 1), 1)
        w = alpha * t[ray, place]
        alive = t[ray, place] >= 1e-3
        keep = alive & (w > self.threshold)
        p, ray, w = p[keep], ray[keep], w[keep]
        color = self.read(self.features, p)
        if self.net:
            angle = (view[..., None] * 2. ** torch.arange(4)).flatten(1)
            color = self.net(torch.cat(
                [color, torch.cat([view, angle.sin(), angle.cos()], 1)[ray]], 1))
        color = color.sigmoid()
        last = t[:, -1]
        return torch.zeros(len(o), 3).index_add(0, ray, w[:, None] * color) + last[:, None], \
            last, w, color, ray

    def train(self, o, d, target, entropy, point):
        rgb, last, w, color, ray = self.render(o, d)
        q = last.clamp(1e-6, 1 - 1e-6)
        loss = ((rgb - target) ** 2).mean() + \
            entropy * -(q * q.log() + (1 - q) * (1 - q).log()).mean() + \
            point / len(o) * (w.detach() * ((color - target[ray]) ** 2).sum(1)).sum()
        for p, _, _ in self.tensors:
            p.grad = None
        loss.backward()
        self.t += 1
        decay = .1 ** ((self.t - 1) / 20000)
        with torch.no_grad():
            for (p, rate, skip), (m, v) in zip(self.tensors, self.moments):
                h = rate * decay * math.sqrt(1 - .99 ** self.t) / (1 - .9 ** self.t)
                g = p.grad
                if g is None:  # no sample was given a color
                    continue
                if skip:
                    at = g.flatten().nonzero()[:, 0]
                    g = g.flatten()[at]
                    mm = m.view(-1)[at].mul_(.9).add_(g, alpha=.1)
                    vv = v.view(-1)[at].mul_(.99).addcmul_(g, g, value=.01)
                    m.view(-1)[at], v.view(-1)[at] = mm, vv
                    p.view(-1)[at] -= h * mm / (vv.sqrt() + 1e-8)
                else:
                    m.mul_(.9).add_(g, alpha=.1)
                    v.mul_(.99).addcmul_(g, g, value=.01)
                    p.addcdiv_(m, v.sqrt().add_(1e-8), value=-h)
        return len(w)

    def grown(self, voxels):
        with torch.no_grad():
            self.resize(voxels)
            up = lambda grid: F.interpolate(grid, self.size, mode="trilinear", align_corners=True)
            self.density, self.features = up(self.density.detach()), up(self.features.detach())
            self.mask = up(self.mask[None, None].float())[0, 0].round().bool() & \
                (self.pooled(self.ratio) > self.threshold)
        self.restart()


def timed(step, steps, skipped=2):
    """Mean wall and processor milliseconds, and colored samples, a step; the first ones left out."""
    samples = 0
    for i in range(steps):
        if i == min(skipped, steps - 1):
            wall, cpu, samples = time.perf_counter(), time.process_time(), 0
        samples += step(i + 1)
    n = steps - min(skipped, steps - 1)
    return 1e3 * (time.perf_counter() - wall) / n, 1e3 * (time.process_time() - cpu) / n, samples / n


def pytorch(args):
    torch.manual_seed(0)
    torch.set_num_threads(args.threads)
    uniform = lambda: torch.rand(()).item()
    poses = [camera(2 * math.pi * uniform(), .05 + .9 * uniform()) for _ in range(args.views)]
    held = [camera(2 * math.pi * k / 6, .5) for k in range(6)]
    d = torch.cat([directions(r, args.size) for r, _ in poses])
    o = torch.cat([origin.expand(args.size ** 2, 3) for _, origin in poses])
    rgb = torch.cat([(picture(pose, args.size) * 255).round() / 255 for pose in poses])
    unit = d / d.norm(dim=1, keepdim=True)
    ends = torch.cat([o + 2 * unit, o + 6 * unit])
    low, high = ends.min(0).values, ends.max(0).values
    coarse = Stage(low, high, args.coarse ** 3, args.coarse ** 3, 3, 0, 1e-6, 1e-7)

    def coarse_step(_):
        at = torch.randint(len(o), (args.rays,))
        return coarse.train(o[at], d[at], rgb[at], .01, .1)
    steps = max(1, round(args.coarse_steps * args.scale))
    times = {"coarse": timed(coarse_step, steps)}
    print("PyTorch, %d thread(s): coarse step %.1f ms wall, %.1f ms processor, %.0f samples"
          % (args.threads, *times["coarse"]), flush=True)

    axes = [torch.linspace(l, h, n) for l, h, n in zip(low, high, coarse.size)]
    dense = torch.stack(torch.meshgrid(*axes, indexing="ij"), -1)[
        coarse.alpha(coarse.density.detach(), 1)[0, 0] > 1e-3]
    if len(dense):
        low, high = dense.min(0).values, dense.max(0).values
        low, high = low - .025 * (high - low), high + .025 * (high - low)
    fine = Stage(low, high, args.fine ** 3 / 4, args.fine ** 3, 12, args.width, 1e-2, 1e-4)
    with torch.no_grad():
        axes = [torch.linspace(l, h, n) for l, h, n in zip(low, high, fine.size)]
        points = torch.stack(torch.meshgrid(*axes, indexing="ij"), -1).view(-1, 3)
        u = ((points - coarse.low) / (coarse.high - coarse.low) * 2 - 1).flip(-1)
        pooled = F.grid_sample(coarse.pooled(1)[None, None], u.view(1, 1, 1, -1, 3), mode="nearest",
                               align_corners=True)
        fine.mask = (pooled >= 1e-3).view(fine.size)
    steps = max(1, round(args.fine_steps * args.scale))
    checkpoints = [math.ceil(.05 * steps), math.ceil(.10 * steps)]

    def fine_step(i):
        for place, at in enumerate(checkpoints):
            if i == at and steps > 20:
                fine.grown(args.fine ** 3 / 2 ** (1 - place))
        at = torch.randint(len(o), (args.rays,))
        return fine.train(o[at], d[at], rgb[at], .001, .01)
    times["fine"] = timed(fine_step, steps, steps // 5)
    print("PyTorch, %d thread(s): fine step %.1f ms wall, %.1f ms processor, %.0f samples"
          % (args.threads, *times["fine"]), flush=True)
    psnr = 0
    with torch.no_grad():
        for pose in held:
            v = directions(pose[0], args.size)
            seen = torch.cat([fine.render(pose[1].expand(len(part), 3), part)[0]
                              for part in v.split(4096)])
            truth = (picture(pose, args.size) * 255).round() / 255
            psnr -= 10 * math.log10(((seen - truth) ** 2).mean().item()) / 6
    print("PyTorch: held-out PSNR %.2f dB after %g of the steps" % (psnr, args.scale), flush=True)
    return times, psnr


def this_program(args):
    """By number of cores: by stage milliseconds of wall and processor time and samples; PSNR."""
    out = subprocess.run([args.benchmark, "--benchmark_filter=standard", "--benchmark_format=json"],
                         check=True, stdout=subprocess.PIPE,
                         env={**os.environ, "RADIANCE_STEPS_SCALE": str(args.scale)}).stdout
    found = {}
    for run in json.loads(out)["benchmarks"]:
        cores = "one core" if "one_core" in run["name"] else "all cores"
        found[cores] = ({stage: (run[stage + "_wall_ms"], run[stage + "_processor_ms"],
                                 run[stage + "_samples_a_step"]) for stage in ("coarse", "fine")},
                        run["psnr_held_out"])
        for stage, times in found[cores][0].items():
            print("this program, %s: %s step %.2f ms wall, %.2f ms processor, %.0f samples"
                  % (cores, stage, *times))
        print("this program, %s: held-out PSNR %.2f dB after %g of the steps"
              % (cores, found[cores][1], args.scale), flush=True)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("benchmark", nargs="?", help="radiance_step_benchmark; left out: PyTorch only")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--scale", type=float, default=1.0, help="share of the steps, both sides")
    for name, value in dict(size=100, views=50, rays=2048, coarse=64, fine=96, width=64,
                            coarse_steps=1000, fine_steps=1500).items():
        parser.add_argument("--" + name.replace("_", "-"), type=int, default=value)
    args = parser.parse_args()
    own = this_program(args) if args.benchmark else {}
    times, psnr = pytorch(args)
    for cores, (own_times, own_psnr) in own.items():
        for stage in ("coarse", "fine"):
            wall, processor, samples = (a / b if b else math.nan
                                        for a, b in zip(times[stage], own_times[stage]))
            print("%s stage, %s against PyTorch's %d thread(s): %.1f times the steps per second; "
                  "%.1f times by processor time; PyTorch colors %.2f times the samples"
                  % (stage, cores, args.threads, wall, processor, samples))
        print("held-out PSNR, %s: %+.2f dB against PyTorch" % (cores, own_psnr - psnr))


main()
