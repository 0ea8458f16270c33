"""Reference cases of ECGAN, ContraGAN and ReACGAN: losses and networks; run by make_reference.py.

Written from the papers and the definitions of the published code (sian-chen/PyTorch-ECGAN,
POSTECH-CVLab/PyTorch-StudioGAN), under its names, without any of its code or the library's.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import spectral_norm

from make_reference import Group, Numbers, gradients
from reference_layers import add, labels_of

# ---------------------------------------------------------------------------------------------
# Contrastive losses, image by image


def cos(a, b):
    return a @ b / (a.norm() * b.norm())


def two_c(v, t, m, collects, scaled):
    """Kang and Park 2020, equation 8."""
    x, e, y = v["vectors"], v["proxies"], v["labels"]
    total = 0
    for i in range(len(x)):
        own = torch.exp((cos(x[i], e[i]) - m) / t)
        others = [(torch.exp((cos(x[i], x[j]) - m) / t), y[i] == y[j]) for j in range(len(x)) if j != i]
        numerator = own + (sum(b for b, same in others if same) if collects else 0)
        denominator = own + sum(b for b, _ in others)
        total = total - torch.log((t if scaled else 1) * numerator / denominator)
    return total / len(x)


def proxy_nca(v):
    """Movshovitz-Attias et al. 2017, equation 4; inner products with the other classes' proxies."""
    x, table, y = v["vectors"], v["table"], v["labels"]
    total = 0
    for i in range(len(x)):
        wrong = sum(torch.exp(x[i] @ table[c]) for c in range(len(table)) if c != y[i])
        total = total - torch.log(torch.exp(cos(x[i], table[y[i]])) / wrong)
    return total / len(x)


def nt_xent(v, t):
    """Chen et al. 2020, equation 1, over images and views."""
    z, n = torch.cat([v["vectors"], v["views"]]), len(v["vectors"])
    total = 0
    for i in range(2 * n):
        every = sum(torch.exp(cos(z[i], z[j]) / t) for j in range(2 * n) if j != i)
        total = total - torch.log(torch.exp(cos(z[i], z[(i + n) % (2 * n)]) / t) / every)
    return total / (2 * n)


def d2d_ce(v, t, m):
    """Kang et al. 2021, with the published code's constant for each image."""
    x, e, y = v["vectors"], v["proxies"], v["labels"]
    total = 0
    for i in range(len(x)):
        others = [((cos(x[i], x[j]) + m - 1) / t, y[i] == y[j]) for j in range(len(x)) if j != i]
        largest = max(s.item() for s, _ in others)
        negatives = sum(torch.exp(F.relu(s) - largest) for s, same in others if not same)
        positive = F.relu((m - cos(x[i], e[i])) / t)
        total = total + positive + torch.log(torch.exp(-positive) + negatives)
    return total / len(x)


def of(loss, *names):
    """The loss and its gradients with respect to the arrays named."""

    def compute(inputs, state, dtype):
        for name in names:
            inputs[name].requires_grad_()
        value = loss(inputs)
        return {"loss": value, **gradients(value, **{name: inputs[name] for name in names})}

    return compute


def contrastive(group):
    numbers = Numbers("contrastive")
    labels = np.array([0, 2, 1, 0, 2, 2], np.int64)
    table = numbers.normal(3, 4)
    batch = {"vectors": numbers.normal(6, 4), "proxies": table[labels], "labels": labels}
    both = ("vectors", "proxies")
    for name, t, m, collects, scaled in (
            ("published", 1.0, 0.0, True, True), ("cold", 0.25, 0.0, True, True),
            ("margin", 0.5, 0.2, True, True), ("proxy_only", 0.5, 0.0, False, True),
            ("paper", 0.5, 0.0, True, False)):
        group.add("losses.contrastive.2c", name,
                  of(lambda v, o=(t, m, collects, scaled): two_c(v, *o), *both), batch,
                  {"temperature": t, "margin": m, "collectsPositives": collects, "scaled": scaled})
    group.add("losses.contrastive.proxynca", "three", of(proxy_nca, "vectors", "table"),
              {"vectors": batch["vectors"], "table": table, "labels": labels})
    for t in (1.0, 0.5):
        group.add("losses.contrastive.ntxent", f"t_{t}",
                  of(lambda v, t=t: nt_xent(v, t), "vectors", "views"),
                  {"vectors": batch["vectors"], "views": numbers.normal(6, 4)}, {"temperature": t})
    for name, t, m in ("cifar10", 0.5, 0.98), ("tiny", 0.75, 1.0), ("cold", 0.25, 0.5):
        group.add("losses.contrastive.d2dce", name,
                  of(lambda v, t=t, m=m: d2d_ce(v, t, m), *both), batch,
                  {"temperature": t, "margin": m})


# ---------------------------------------------------------------------------------------------
# ECGAN's objective


def conditional(f, y):
    return (f * F.one_hot(y, f.shape[1])).sum(1)


def unconditional(f):
    return torch.log(torch.exp(f).sum(1))


def joint(f, y, alpha):
    return conditional(f, y) + alpha * unconditional(f)


def contrast(v, side, settings):
    batch = {"vectors": v[side + "Vectors"], "proxies": v[side + "Proxies"], "labels": v[side + "Labels"]}
    return settings["contrastWeight"] * two_c(
        batch, settings["temperature"], settings["margin"], True, True)


def discriminator(v, s):
    """Chen et al. 2021: both adversarial terms in one logit, as in the published code."""
    real, fake = (joint(v[k], v[k + "Labels"], s["alpha"]) for k in ("real", "fake"))
    value = F.relu(1 - real).mean() + F.relu(1 + fake).mean()
    if s["classifierWeight"]:
        log_p = conditional(v["real"], v["realLabels"]) - unconditional(v["real"])
        value = value - s["classifierWeight"] * log_p.mean()
    return value + contrast(v, "real", s) if s["contrastWeight"] else value


def generator(v, s):
    value = -joint(v["fake"], v["fakeLabels"], s["alpha"]).mean()
    return value + contrast(v, "fake", s) if s["contrastWeight"] else value


VARIANTS = {"base": (0, 0, 0), "U": (1, 0, 0), "C": (0, 0.05, 0), "E": (0, 0, 1), "UC": (1, 0.05, 0),
            "UE": (1, 0, 1), "UCE": (1, 0.05, 1), "other": (0.5, 0.2, 0.3)}


def ecgan_losses(group):
    numbers = Numbers("ecgan")
    logits = {k: numbers.normal(5, 3, scale=1.5) for k in ("real", "fake")}
    labels = {k: numbers.random.randint(0, 3, 5) for k in ("realLabels", "fakeLabels")}
    spaces = {k: numbers.normal(5, 4) for k in (
        "realVectors", "realProxies", "fakeVectors", "fakeProxies")}
    group.add("losses.ecgan.heads", "three",
              lambda i, s, d: {"conditional": conditional(i["logits"], i["labels"]),
                               "unconditional": unconditional(i["logits"]),
                               "joint": joint(i["logits"], i["labels"], 0.5)},
              {"logits": logits["real"], "labels": labels["realLabels"]}, {"alpha": 0.5})
    for name, (alpha, classifier, contrasted) in VARIANTS.items():
        settings = {"alpha": alpha, "classifierWeight": classifier, "contrastWeight": contrasted,
                    "temperature": 0.5, "margin": 0.0}
        wrt = ["real", "fake"] + (["realVectors", "realProxies"] if contrasted else [])
        group.add("losses.ecgan.discriminator", name,
                  of(lambda v, s=settings: discriminator(v, s), *wrt),
                  {**labels, **{k: {**logits, **spaces}[k] for k in wrt}}, settings)
        wrt = ["fake"] + (["fakeVectors", "fakeProxies"] if contrasted else [])
        group.add("losses.ecgan.generator", name, of(lambda v, s=settings: generator(v, s), *wrt),
                  {"fakeLabels": labels["fakeLabels"], **{k: {**logits, **spaces}[k] for k in wrt}},
                  settings)


# ---------------------------------------------------------------------------------------------
# Networks

EPS = 1e-6


def conv(before, after, kernel, bias=True):
    return spectral_norm(nn.Conv2d(before, after, kernel, padding=kernel // 2, bias=bias), eps=EPS)


def dense(before, after, bias=True):
    return spectral_norm(nn.Linear(before, after, bias=bias), eps=EPS)


class Norm(nn.Module):
    def __init__(self, channels, width):
        super().__init__()
        self.bn = nn.BatchNorm2d(channels, eps=1e-4, affine=False)
        self.gain, self.bias = dense(width, channels, False), dense(width, channels, False)

    def forward(self, x, y):
        return self.bn(x) * (1 + self.gain(y))[..., None, None] + self.bias(y)[..., None, None]


class Up(nn.Module):
    def __init__(self, before, after, width):
        super().__init__()
        self.bn1, self.bn2 = Norm(before, width), Norm(after, width)
        self.conv2d0, self.conv2d1 = conv(before, after, 1), conv(before, after, 3)
        self.conv2d2 = conv(after, after, 3)

    def forward(self, x, y):
        h = self.conv2d1(F.interpolate(F.relu(self.bn1(x, y)), scale_factor=2))
        h = self.conv2d2(F.relu(self.bn2(h, y)))
        return h + self.conv2d0(F.interpolate(x, scale_factor=2))


class Attention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1x1_theta = conv(channels, channels // 8, 1, False)
        self.conv1x1_phi = conv(channels, channels // 8, 1, False)
        self.conv1x1_g = conv(channels, channels // 2, 1, False)
        self.conv1x1_attn = conv(channels // 2, channels, 1, False)
        self.sigma = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        query = self.conv1x1_theta(x).flatten(2)
        key = F.max_pool2d(self.conv1x1_phi(x), 2).flatten(2)
        value = F.max_pool2d(self.conv1x1_g(x), 2)
        weights = torch.softmax(torch.einsum("ncq,nck->nqk", query, key), 2)
        seen = torch.einsum("nck,nqk->ncq", value.flatten(2), weights)
        return x + self.sigma * self.conv1x1_attn(seen.reshape(*seen.shape[:2], *x.shape[2:]))


class First(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        self.conv2d0, self.conv2d1 = conv(before, after, 1), conv(before, after, 3)
        self.conv2d2 = conv(after, after, 3)

    def forward(self, x):
        h = self.conv2d2(F.relu(self.conv2d1(x)))
        return F.avg_pool2d(h, 2) + self.conv2d0(F.avg_pool2d(x, 2))


class Down(nn.Module):
    """The first ReLU works in place, so that the shortcut is activated, too."""

    def __init__(self, before, after, halves):
        super().__init__()
        self.halves = halves
        if halves or before != after:
            self.conv2d0 = conv(before, after, 1)
        self.conv2d1, self.conv2d2 = conv(before, after, 3), conv(after, after, 3)

    def forward(self, x):
        x = F.relu(x)
        h = self.conv2d2(F.relu(self.conv2d1(x)))
        skip = self.conv2d0(x) if hasattr(self, "conv2d0") else x
        return F.avg_pool2d(h, 2) + F.avg_pool2d(skip, 2) if self.halves else h + skip


G_WIDTHS = {32: (4, 4, 4, 4), 64: (16, 8, 4, 2, 1), 128: (16, 16, 8, 4, 2, 1)}
D_WIDTHS = {32: (2, 2, 2, 2), 64: (1, 2, 4, 8, 16), 128: (1, 2, 4, 8, 16, 16)}


class Generator(nn.Module):
    def __init__(self, resolution, classes, width, latent, shared, attention):
        super().__init__()
        widths = [width * w for w in G_WIDTHS[resolution]]
        self.chunk = latent // len(widths)
        self.linear0 = dense(self.chunk, widths[0] * 16)
        self.shared = nn.Embedding(classes, shared)
        blocks = []
        for i, (before, after) in enumerate(zip(widths, widths[1:])):
            blocks.append(Up(before, after, shared + self.chunk))
            if i + 1 == attention:
                blocks.append(Attention(after))
        self.blocks = nn.ModuleList([nn.ModuleList([block]) for block in blocks])
        self.bn4 = nn.BatchNorm2d(widths[-1], eps=1e-4)
        self.conv2d5 = conv(widths[-1], 3, 3)

    def forward(self, z, labels):
        first, *parts = z.split(self.chunk, 1)
        y = self.shared(labels)
        h = self.linear0(first).reshape(len(z), -1, 4, 4)
        for block, in self.blocks:
            h = block(h) if isinstance(block, Attention) else block(h, torch.cat([y, parts.pop(0)], 1))
        return torch.tanh(self.conv2d5(F.relu(self.bn4(h))))


class Discriminator(nn.Module):
    """All that a strategy's heads say, side by side."""

    def __init__(self, strategy, resolution, classes, width, attention, embedding, normalised, nonlinear):
        super().__init__()
        widths = [width * w for w in D_WIDTHS[resolution]]
        self.strategy, self.normalised, self.nonlinear = strategy, normalised, nonlinear
        halvings = 2 if resolution == 32 else len(widths) - 1
        blocks = []
        for i, (before, after) in enumerate(zip([3] + widths, widths)):
            blocks.append(Down(before, after, i < halvings) if i else First(before, after))
            if i + 1 == attention:
                blocks.append(Attention(after))
        self.blocks = nn.ModuleList([nn.ModuleList([block]) for block in blocks])
        self.linear1 = dense(widths[-1], classes if strategy == "ECGAN" else 1)
        if strategy in ("ECGAN", "ContraGAN"):
            self.linear2 = dense(widths[-1], embedding)
            if nonlinear:
                self.linear3 = dense(embedding, embedding)
        if strategy == "ACGAN":
            self.linear4 = dense(widths[-1], classes)
        else:
            self.embedding = spectral_norm(
                nn.Embedding(classes, widths[-1] if strategy == "ProjGAN" else embedding), eps=EPS)

    def forward(self, x, labels):
        for block, in self.blocks:
            x = block(x)
        h = F.relu(x).sum((2, 3))
        said = self.linear1(h)
        if self.strategy == "ProjGAN":
            return said + (self.embedding(labels) * h).sum(1, keepdim=True)
        if self.strategy == "ACGAN":
            return torch.cat([said, self.linear4(h)], 1)
        vectors, proxies = self.linear2(h), self.embedding(labels)
        if self.nonlinear:
            vectors = self.linear3(F.relu(vectors))
        if self.normalised:
            vectors, proxies = F.normalize(vectors), F.normalize(proxies)
        if self.strategy == "ECGAN":
            said = torch.cat([said, conditional(said, labels)[:, None], unconditional(said)[:, None]], 1)
        return torch.cat([said, proxies, vectors], 1)


def networks(group):
    for name, resolution, width, latent, attention in (
            ("32", 32, 2, 8, 2), ("64", 64, 2, 10, 2), ("128", 128, 1, 6, 2)):
        numbers = Numbers("ecgan generator " + name)
        g = dict(resolution=resolution, classes=3, width=width, latent=latent, shared=3,
                 attention=attention)
        tiles = resolution // 16
        add(group, "models.ecgan.generator", name, lambda: Generator(**g),
            {"z": numbers.normal(2, latent), "labels": labels_of(numbers, 2, 3),
             "probe": numbers.half(2, 3, 16, 16)}, {**g, "tiles": tiles}, ["z"],
            ["linear0.weight_orig", "shared.weight", "conv2d5.bias"], numbers,
            ["train", "eval"] if resolution == 32 else ["train"], tiles=tiles)
    d = dict(classes=3, embedding=4, normalised=True, nonlinear=False)
    for name, changed in {
            "ecgan_32": dict(strategy="ECGAN", resolution=32, width=4, attention=1),
            "ecgan_32_nonlinear": dict(strategy="ECGAN", resolution=32, width=4, attention=0,
                                       normalised=False, nonlinear=True),
            "ecgan_64": dict(strategy="ECGAN", resolution=64, width=2, attention=3),
            "ecgan_128": dict(strategy="ECGAN", resolution=128, width=1, attention=4),
            "contragan_32": dict(strategy="ContraGAN", resolution=32, width=4, attention=1),
            "projgan_32": dict(strategy="ProjGAN", resolution=32, width=4, attention=1),
            "acgan_32": dict(strategy="ACGAN", resolution=32, width=4, attention=0)}.items():
        numbers = Numbers("ecgan discriminator " + name)
        settings = {**d, **changed}
        outputs = {"ECGAN": 3 + 2 + 8, "ContraGAN": 1 + 8, "ProjGAN": 1, "ACGAN": 1 + 3}
        weights = ["blocks.0.0.conv2d1.weight_orig", "linear1.weight_orig"]
        weights += ["linear4.weight_orig"] if settings["strategy"] == "ACGAN" else [
            "embedding.weight_orig"]
        tiles = settings["resolution"] // 16
        add(group, "models.ecgan.discriminator", name, lambda: Discriminator(**settings),
            {"x": numbers.half(2, 3, 16, 16), "labels": labels_of(numbers, 2, 3),
             "probe": numbers.normal(2, outputs[settings["strategy"]])},
            {**settings, "tiles": tiles}, ["x"], weights, numbers,
            ["train", "eval"] if settings["resolution"] == 32 else ["train"], tiles=tiles)


def write():
    group = Group("contrastive", "torch, image by image")
    contrastive(group)
    ecgan_losses(group)
    group.write()
    group = Group("ecgan", "torch.nn", inline=8, rtol=5e-4, atol=1e-4)
    networks(group)
    group.write()
