"""Reference cases of the layers and networks of BigGAN, BigGAN-deep and SNGAN.

The modules are written from the papers, under the names of the published state dicts
(ajbrock/BigGAN-PyTorch, kwotsin/mimicry), and share no code with the library. Run by
make_reference.py.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import spectral_norm

from make_reference import Group, Numbers, gradients

# ---------------------------------------------------------------------------------------------
# Spectral normalisation


class Normalised(nn.Module):
    """BigGAN's convention: weight, u0, sv0. One power step in every call, stored in training."""

    def __init__(self, shape, bias, eps, normalise=True, names=("u0", "sv0")):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(shape))
        self.bias = nn.Parameter(torch.zeros(shape[0])) if bias else None
        self.eps, self.normalise, self.names = eps, normalise, names
        if normalise:
            self.register_buffer(names[0], torch.zeros(1, shape[0]))
            self.register_buffer(names[1], torch.zeros(1))

    def effective(self):
        if not self.normalise:
            return self.weight
        matrix = self.weight.reshape(len(self.weight), -1)
        fixed = matrix.detach()
        stored_u, stored_sigma = (getattr(self, name) for name in self.names)
        v = unit(fixed.t() @ stored_u[0], self.eps)
        u = unit(fixed @ v, self.eps)
        sigma = u @ matrix @ v
        if self.training:
            stored_u.copy_(u[None])
            stored_sigma.fill_(sigma.item())
        return self.weight / sigma


def unit(x, eps):
    return x / x.norm().clamp(min=eps)


class Conv(Normalised):
    def __init__(self, before, after, kernel, bias=True, **norm):
        super().__init__((after, before, kernel, kernel), bias, **norm)

    def forward(self, x):
        return F.conv2d(x, self.effective(), self.bias, padding=self.weight.shape[2] // 2)


class Dense(Normalised):
    def __init__(self, before, after, bias=True, **norm):
        super().__init__((after, before), bias, **norm)

    def forward(self, x):
        return x @ self.effective().t() + (0 if self.bias is None else self.bias)


class Table(Normalised):
    def __init__(self, classes, width, **norm):
        super().__init__((classes, width), False, **norm)

    def forward(self, y):
        return self.effective()[y]


# ---------------------------------------------------------------------------------------------
# Batch normalisation and attention


class Stored(nn.Module):
    """Batch statistics in training, stored ones after, by hand; names of BigGAN's code."""

    def __init__(self, channels):
        super().__init__()
        self.register_buffer("stored_mean", torch.zeros(channels))
        self.register_buffer("stored_var", torch.ones(channels))

    def whiten(self, x):
        mean, variance = self.stored_mean, self.stored_var
        if self.training:
            mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            count = x.numel() / x.shape[1]
            self.stored_mean.mul_(0.9).add_(0.1 * mean.detach())
            self.stored_var.mul_(0.9).add_(0.1 * variance.detach() * count / (count - 1))
        return (x - mean[:, None, None]) / (variance[:, None, None] + 1e-5).sqrt()


class StoredNorm(Stored):
    def __init__(self, channels):
        super().__init__(channels)
        self.gain = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x, y=None):
        return self.whiten(x) * self.gain[:, None, None] + self.bias[:, None, None]


class ConditionalNorm(Stored):
    """The condition is a vector; or a label, where width is the number of classes."""

    def __init__(self, channels, width, labels=False, **norm):
        super().__init__(channels)
        make = ((lambda: nn.Embedding(width, channels)) if labels
                else (lambda: Dense(width, channels, bias=False, **norm)))
        self.gain, self.bias = make(), make()

    def forward(self, x, y):
        return self.whiten(x) * (1 + self.gain(y))[:, :, None, None] + self.bias(y)[:, :, None, None]


class ClassNorm(nn.Module):
    """The names of mimicry: bn without weights, embed with scales and shifts."""

    def __init__(self, channels, classes):
        super().__init__()
        self.bn = nn.BatchNorm2d(channels, affine=False)
        self.embed = nn.Embedding(classes, 2 * channels)

    def forward(self, x, y):
        scale, shift = self.embed(y).reshape(len(y), 2, -1, 1, 1).unbind(1)
        return scale * self.bn(x) + shift


class Attention(nn.Module):
    def __init__(self, channels, **norm):
        super().__init__()
        self.theta = Conv(channels, channels // 8, 1, bias=False, **norm)
        self.phi = Conv(channels, channels // 8, 1, bias=False, **norm)
        self.g = Conv(channels, channels // 2, 1, bias=False, **norm)
        self.o = Conv(channels // 2, channels, 1, bias=False, **norm)
        self.gamma = nn.Parameter(torch.zeros(()))

    def forward(self, x, y=None):
        queries = self.theta(x).flatten(2)
        keys = F.max_pool2d(self.phi(x), 2).flatten(2)
        values = F.max_pool2d(self.g(x), 2).flatten(2)
        weights = torch.einsum("ncq,nck->nqk", queries, keys).softmax(2)
        attended = torch.einsum("nqk,nck->ncq", weights, values)
        return x + self.gamma * self.o(attended.reshape(len(x), -1, *x.shape[2:]))


# ---------------------------------------------------------------------------------------------
# Residual blocks


def nearest(x):
    return x.repeat_interleave(2, 2).repeat_interleave(2, 3)


def halved(x):
    n, c, h, w = x.shape
    return x.reshape(n, c, h // 2, 2, w // 2, 2).mean((3, 5))


class Up(nn.Module):
    """Brock et al. 2019, figure 15b."""

    def __init__(self, before, after, up, norm, condition):
        super().__init__()
        self.conv1, self.conv2 = Conv(before, after, 3, **norm), Conv(after, after, 3, **norm)
        if up or before != after:
            self.conv_sc = Conv(before, after, 1, **norm)
        self.bn1 = ConditionalNorm(before, **condition, **norm)
        self.bn2 = ConditionalNorm(after, **condition, **norm)
        self.up = up

    def forward(self, x, y):
        h = self.bn1(x, y).relu()
        if self.up:
            h, x = nearest(h), nearest(x)
        h = self.conv2(self.bn2(self.conv1(h), y).relu())
        return h + (self.conv_sc(x) if hasattr(self, "conv_sc") else x)


class Down(nn.Module):
    """Brock et al. 2019, figure 15c; the first block sees the image."""

    def __init__(self, before, after, first, wide, down, norm):
        super().__init__()
        middle = after if wide else before
        self.conv1, self.conv2 = Conv(before, middle, 3, **norm), Conv(middle, after, 3, **norm)
        if down or before != after:
            self.conv_sc = Conv(before, after, 1, **norm)
        self.first, self.down = first, down

    def forward(self, x):
        pool = halved if self.down else (lambda h: h)
        h = pool(self.conv2(self.conv1(x if self.first else x.relu()).relu()))
        if not hasattr(self, "conv_sc"):
            return h + x
        return h + (self.conv_sc(pool(x)) if self.first else pool(self.conv_sc(x)))


class DeepUp(nn.Module):
    """Brock et al. 2019, figure 16b."""

    def __init__(self, before, after, up, norm, condition):
        super().__init__()
        widths = [before] + 3 * [before // 4] + [after]
        for i, kernel in enumerate((1, 3, 3, 1)):
            setattr(self, f"bn{i + 1}", ConditionalNorm(widths[i], **condition, **norm))
            setattr(self, f"conv{i + 1}", Conv(widths[i], widths[i + 1], kernel, **norm))
        self.up, self.after = up, after

    def forward(self, x, y):
        h = self.bn2(self.conv1(self.bn1(x, y).relu()), y).relu()
        x = x[:, :self.after]
        if self.up:
            h, x = nearest(h), nearest(x)
        h = self.conv3(self.bn3(self.conv2(h), y).relu())
        return x + self.conv4(self.bn4(h, y).relu())


class DeepDown(nn.Module):
    """Brock et al. 2019, figure 16c."""

    def __init__(self, before, after, down, norm):
        super().__init__()
        widths = [before] + 3 * [after // 4] + [after]
        for i, kernel in enumerate((1, 3, 3, 1)):
            setattr(self, f"conv{i + 1}", Conv(widths[i], widths[i + 1], kernel, **norm))
        if before != after:
            self.conv_sc = Conv(before, after - before, 1, **norm)
        self.down = down

    def forward(self, x):
        pool = halved if self.down else (lambda h: h)
        h = self.conv3(self.conv2(self.conv1(x.relu()).relu()).relu())
        x = pool(x)
        if hasattr(self, "conv_sc"):
            x = torch.cat([x, self.conv_sc(x)], 1)
        return x + self.conv4(pool(h.relu()))


# ---------------------------------------------------------------------------------------------
# BigGAN and BigGAN-deep

UP = {32: [4, 4, 4, 4], 64: [16, 16, 8, 4, 2], 128: [16, 16, 8, 4, 2, 1],
      256: [16, 16, 8, 8, 4, 2, 1]}
DOWN = {32: [4, 4, 4, 4], 64: [1, 2, 4, 8, 16], 128: [1, 2, 4, 8, 16, 16],
        256: [1, 2, 4, 8, 8, 16, 16]}


class Generator(nn.Module):
    def __init__(self, deep, resolution, classes, width, latent, shared, hierarchical, attention, eps,
                 channels=3):
        super().__init__()
        norm = dict(eps=eps)
        widths = [width * m for m in UP[resolution]]
        stages = len(widths) - 1
        self.deep, self.hierarchical = deep, hierarchical
        self.chunk = latent // (stages + 1) if hierarchical and not deep else latent
        if shared:
            self.shared = nn.Embedding(classes, shared)
            extra = self.chunk if hierarchical else 0
            condition = dict(width=shared + extra)
        else:
            condition = dict(width=classes, labels=True)
        self.linear = Dense(self.chunk + (shared if deep else 0), 16 * widths[0], **norm)
        blocks = []
        for i in range(stages):
            if deep:
                blocks.append([DeepUp(widths[i], widths[i], False, norm, condition)])
                blocks.append([DeepUp(widths[i], widths[i + 1], True, norm, condition)])
            else:
                blocks.append([Up(widths[i], widths[i + 1], True, norm, condition)])
            if 8 << i in attention:
                blocks[-1].append(Attention(widths[i + 1], **norm))
        self.blocks = nn.ModuleList(nn.ModuleList(b) for b in blocks)
        self.output_layer = nn.Sequential(
            StoredNorm(widths[-1]), nn.ReLU(), Conv(widths[-1], channels, 3, **norm))

    def forward(self, z, labels):
        y = self.shared(labels) if hasattr(self, "shared") else labels
        if self.deep:
            z = torch.cat([y, z], 1)
            conditions = len(self.blocks) * [z]
        elif self.hierarchical:
            z, *rest = z.split(self.chunk, 1)
            conditions = [torch.cat([y, part], 1) for part in rest]
        else:
            conditions = len(self.blocks) * [y]
        h = self.linear(z)
        h = h.reshape(len(h), -1, 4, 4)
        for blocks, condition in zip(self.blocks, conditions):
            for block in blocks:
                h = block(h, condition)
        return self.output_layer(h).tanh()


class Discriminator(nn.Module):
    def __init__(self, deep, resolution, classes, width, attention, eps, channels=3, wide=True):
        super().__init__()
        norm = dict(eps=eps)
        widths = [width * m for m in DOWN[resolution]]
        blocks, size = [], resolution
        if deep:
            self.input_conv = Conv(channels, widths[0], 3, **norm)
        else:
            widths = [channels] + widths
        for i, (before, after) in enumerate(zip(widths, widths[1:])):
            down = i < 2 if resolution == 32 else size > 4
            size = size // 2 if down else size
            if deep:
                blocks.append([DeepDown(before, after, down, norm), DeepDown(after, after, False, norm)])
            else:
                blocks.append([Down(before, after, i == 0, wide, down, norm)])
            # The published table calls all stages at 32 pixels 16, though only the first ends there.
            if (16 if resolution == 32 else size) in attention:
                blocks[-1].append(Attention(after, **norm))
        self.blocks = nn.ModuleList(nn.ModuleList(b) for b in blocks)
        self.linear = Dense(widths[-1], 1, **norm)
        if classes:
            self.embed = Table(classes, widths[-1], **norm)

    def forward(self, x, labels):
        h = self.input_conv(x) if hasattr(self, "input_conv") else x
        for blocks in self.blocks:
            for block in blocks:
                h = block(h)
        h = h.relu().sum((2, 3))
        logit = self.linear(h)[:, 0]
        return logit + (self.embed(labels) * h).sum(1) if hasattr(self, "embed") else logit


class ClassifierDiscriminator(Discriminator):
    """With the heads of ADC-GAN's published code; their logits follow the logit."""

    def __init__(self, heads, **settings):
        super().__init__(False, **settings)
        self.heads = list(heads)
        for head, outputs in heads.items():
            setattr(self, head, Dense(self.linear.weight.shape[1], outputs, eps=settings["eps"]))

    def forward(self, x, labels):
        h = x
        for blocks in self.blocks:
            for block in blocks:
                h = block(h)
        h = h.relu().sum((2, 3))
        logit = self.linear(h)
        if hasattr(self, "embed"):
            logit = logit + (self.embed(labels) * h).sum(1, keepdim=True)
        return torch.cat([logit] + [getattr(self, head)(h) for head in self.heads], 1)


# ---------------------------------------------------------------------------------------------
# The residual SNGAN pair at 32 x 32


class SnganUp(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        make = (lambda: ClassNorm(width, classes)) if classes else (lambda: nn.BatchNorm2d(width))
        self.b1, self.b2 = make(), make()
        self.c1 = nn.Conv2d(width, width, 3, padding=1)
        self.c2 = nn.Conv2d(width, width, 3, padding=1)
        self.c_sc = nn.Conv2d(width, width, 1)

    def forward(self, x, *y):
        def up(h):
            return F.interpolate(h, scale_factor=2, mode="bilinear", align_corners=False)

        h = self.c1(up(self.b1(x, *y).relu()))
        return self.c2(self.b2(h, *y).relu()) + self.c_sc(up(x))


class SnganDown(nn.Module):
    def __init__(self, before, after, first=False, down=False):
        super().__init__()
        self.c1 = spectral_norm(nn.Conv2d(before, after, 3, padding=1))
        self.c2 = spectral_norm(nn.Conv2d(after, after, 3, padding=1))
        if down:
            self.c_sc = spectral_norm(nn.Conv2d(before, after, 1))
        self.first, self.down = first, down

    def forward(self, x):
        # Published code activates in place: but in the first block, the shortcut sees it too.
        x = x if self.first else x.relu()
        h = self.c2(self.c1(x).relu())
        if not self.down:
            return h + x
        return halved(h) + (self.c_sc(halved(x)) if self.first else halved(self.c_sc(x)))


class SnganGenerator(nn.Module):
    def __init__(self, latent, width, classes):
        super().__init__()
        self.l1 = nn.Linear(latent, 16 * width)
        for i in 2, 3, 4:
            setattr(self, f"block{i}", SnganUp(width, classes))
        self.b5, self.c5 = nn.BatchNorm2d(width), nn.Conv2d(width, 3, 3, padding=1)
        self.classes = classes

    def forward(self, z, labels):
        h = self.l1(z).reshape(len(z), -1, 4, 4)
        for block in self.block2, self.block3, self.block4:
            h = block(h, *([labels] if self.classes else []))
        return self.c5(self.b5(h).relu()).tanh()


class SnganDiscriminator(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        self.block1 = SnganDown(3, width, first=True, down=True)
        self.block2 = SnganDown(width, width, down=True)
        self.block3, self.block4 = SnganDown(width, width), SnganDown(width, width)
        if classes:
            # Published under names of its own, and with BigGAN's way of evaluating.
            norm = dict(eps=1e-12, names=("sn_u", "sn_sigma"))
            self.l5, self.l_y = Dense(width, 1, **norm), Table(classes, width, **norm)
        else:
            self.l5 = spectral_norm(nn.Linear(width, 1))

    def forward(self, x, labels):
        h = self.block4(self.block3(self.block2(self.block1(x)))).relu().sum((2, 3))
        logit = self.l5(h)[:, 0]
        return logit + (self.l_y(labels) * h).sum(1) if hasattr(self, "l_y") else logit


# ---------------------------------------------------------------------------------------------
# Cases


def state_of(module, numbers):
    """Weights that keep the signal's size; singular vectors that are not yet the true ones."""
    state = {}
    for name, tensor in module.state_dict().items():
        shape, leaf = tuple(tensor.shape), name.rsplit(".", 1)[-1]
        if leaf == "num_batches_tracked":
            state[name] = np.array(3, np.int64)
        elif leaf in ("running_var", "stored_var", "sv0", "sn_sigma"):
            state[name] = numbers.uniform(*shape, low=0.5, high=1.5)
        elif leaf in ("u0", "sn_u", "weight_u", "weight_v"):
            state[name] = rounded_unit(numbers.normal(*shape))
        elif leaf == "gamma":
            state[name] = np.array(0.75, np.float32)
        elif len(shape) < 2:
            positive = leaf in ("gain", "weight")
            state[name] = numbers.normal(*shape, scale=0.2, mean=1.0 if positive else 0.0)
        else:
            scale = 1.5 / np.sqrt(np.prod(shape[1:]))
            state[name] = numbers.half(*shape, low=-scale, high=scale)
    for name in [n for n in state if n.endswith("weight_u")]:
        # In evaluation mode the stored vectors give sigma, which must not be nearly 0.
        matrix = state[name[:-1] + "orig"].reshape(len(state[name]), -1)
        v = rounded_unit(matrix.T @ state[name])
        state[name[:-1] + "v"], state[name] = v, rounded_unit(matrix @ v)
    return state


def rounded_unit(vector):
    return np.round(vector / np.linalg.norm(vector), 3).astype(np.float32)


def computed(build, training, wrt, weights, calls=1, tiles=1):
    """Output, gradients of sum(output * probe), the parameters and buffers after.

    Called `calls` times; the last counts. With tiles, an image is shown to the network as a pattern
    of tiles x tiles copies, and an image that comes out of it is the mean of its tiles.
    """

    def compute(inputs, state, dtype):
        module = build().to(dtype)
        module.load_state_dict(state)
        module.train(training)
        inputs = dict(inputs)
        probe = inputs.pop("probe")
        for name in wrt:
            inputs[name].requires_grad_()
        for _ in range(calls):
            arguments = dict(inputs)
            if tiles > 1 and "x" in inputs:
                arguments["x"] = inputs["x"].repeat(1, 1, tiles, tiles)
            output = module(**arguments)
        if output.ndim == 4 and tiles > 1:
            n, c, h, w = output.shape
            output = output.reshape(n, c, tiles, h // tiles, tiles, w // tiles).mean((2, 4))
        own = dict(module.named_parameters())
        variables = {**{k: inputs[k] for k in wrt}, **{k: own[k] for k in weights}}
        outputs = {"output": output, **gradients((output * probe).sum(), **variables)}
        if training:
            outputs.update({"state." + k: v for k, v in module.state_dict().items() if k not in own})
        return outputs

    return compute


def add(group, component, name, build, inputs, settings, wrt, weights, numbers,
        modes=("train", "eval"), **options):
    """A case in training mode, two calls in a row, and one in evaluation mode."""
    state = state_of(build(), numbers)
    for mode in modes:
        calls = 2 if mode == "train" else 1
        group.add(component, f"{name}_{mode}",
                  computed(build, mode == "train", wrt, weights, calls, **options), inputs,
                  {**settings, "training": mode == "train", "calls": calls}, state)


def labels_of(numbers, n, classes):
    return numbers.random.randint(0, classes, n).astype(np.int64)


def hooked(layer, iterations):
    return lambda: spectral_norm(layer(), n_power_iterations=iterations)


def spectral(group):
    shapes = {"conv": dict(before=3, after=5, kernel=3), "linear": dict(before=4, after=6),
              "embedding": dict(classes=5, width=3)}
    for layer, shape in shapes.items():
        numbers = Numbers("spectral " + layer)
        if layer == "conv":
            x, probe = numbers.normal(2, 3, 4, 4), numbers.normal(2, 5, 4, 4)
        elif layer == "linear":
            x, probe = numbers.normal(3, 4), numbers.normal(3, 6)
        else:
            x, probe = np.array([1, 4, 1], np.int64), numbers.normal(3, 3)
        key = {"conv": "x", "linear": "x", "embedding": "y"}[layer]
        wrt = [key] if layer != "embedding" else []
        make = {"conv": Conv, "linear": Dense, "embedding": Table}[layer]
        for eps in (1e-12, 0.75):
            add(group, "layers.spectralnorm.biggan", f"{layer}_{eps}",
                lambda: make(**shape, eps=eps), {key: x, "probe": probe},
                {"layer": layer, **shape, "eps": eps}, wrt, ["weight"], numbers)
        torch_layer = {"conv": lambda: nn.Conv2d(3, 5, 3, padding=1), "linear": lambda: nn.Linear(4, 6),
                       "embedding": lambda: nn.Embedding(5, 3)}[layer]
        for iterations in (1, 3):
            name = {"conv": "input", "linear": "input", "embedding": "input"}[layer]
            add(group, "layers.spectralnorm.hook", f"{layer}_{iterations}",
                hooked(torch_layer, iterations), {name: x, "probe": probe},
                {"layer": layer, **shape, "iterations": iterations, "eps": 1e-12},
                [name] if wrt else [], ["weight_orig"], numbers)
    numbers = Numbers("spectral unbiased")
    for layer, make, shape, x, probe in (
            ("conv", lambda: nn.Conv2d(3, 5, 4, 2, 1, bias=False),
             dict(before=3, after=5, kernel=4, stride=2, padding=1), (2, 3, 4, 4), (2, 5, 2, 2)),
            ("linear", lambda: nn.Linear(4, 6, bias=False), dict(before=4, after=6), (3, 4), (3, 6))):
        add(group, "layers.spectralnorm.hook", layer + "_unbiased", hooked(make, 1),
            {"input": numbers.normal(*x), "probe": numbers.normal(*probe)},
            {"layer": layer, **shape, "iterations": 1, "eps": 1e-12}, ["input"], ["weight_orig"], numbers)


def normalisations(group):
    numbers = Numbers("normalisations")
    x, probe = numbers.normal(3, 2, 3, 4, mean=0.5), numbers.normal(3, 2, 3, 4)
    add(group, "layers.batchnorm.stored", "plain", lambda: StoredNorm(2), {"x": x, "probe": probe},
        {"channels": 2}, ["x"], ["gain", "bias"], numbers)
    y = numbers.normal(3, 5)
    add(group, "layers.batchnorm.conditional", "vector",
        lambda: ConditionalNorm(2, 5, eps=1e-6), {"x": x, "y": y, "probe": probe},
        {"channels": 2, "width": 5, "labels": False, "eps": 1e-6}, ["x", "y"],
        ["gain.weight", "bias.weight"], numbers)
    labels = np.array([3, 0, 3], np.int64)
    add(group, "layers.batchnorm.conditional", "labels",
        lambda: ConditionalNorm(2, 4, labels=True), {"x": x, "y": labels, "probe": probe},
        {"channels": 2, "width": 4, "labels": True, "eps": 1e-6}, ["x"],
        ["gain.weight", "bias.weight"], numbers)
    add(group, "layers.batchnorm.classes", "labels", lambda: ClassNorm(2, 4),
        {"x": x, "y": labels, "probe": probe}, {"channels": 2, "classes": 4}, ["x"], ["embed.weight"],
        numbers)


def attentions(group):
    for name, normalise, shape in ("spectral", True, (2, 8, 4, 6)), ("plain", False, (1, 17, 2, 2)):
        numbers = Numbers("attention " + name)
        settings = {"channels": shape[1], "eps": 1e-6, "spectralNorm": normalise}
        add(group, "layers.selfattention", name,
            lambda: Attention(shape[1], eps=1e-6, normalise=normalise),
            {"x": numbers.normal(*shape), "probe": numbers.normal(*shape)}, settings,
            ["x"], ["gamma", "theta.weight", "phi.weight", "g.weight", "o.weight"], numbers)


def blocks(group):
    norm = dict(eps=1e-6)
    for kind, make in ("biggan", Up), ("bigganDeep", DeepUp):
        for before, after, up in (8, 4, True), (4, 4, False):
            numbers = Numbers(f"block {kind} {before} {after} {up}")
            size = 6 if up else 3
            settings = {"in": before, "out": after, "upsample": up, "width": 3, "eps": 1e-6}
            add(group, f"layers.block.{kind}.generator", f"{before}_{after}",
                lambda: make(before, after, up, norm, dict(width=3)),
                {"x": numbers.normal(2, before, 3, 3), "y": numbers.normal(2, 3),
                 "probe": numbers.normal(2, after, size, size)}, settings,
                ["x", "y"], ["conv1.weight", "bn2.gain.weight"], numbers)
    for first, wide, down, before, after in (
            (True, True, True, 3, 4), (False, True, True, 4, 4), (False, False, True, 3, 6),
            (False, True, False, 4, 5), (False, True, False, 4, 4)):
        name = "_".join([str(before), str(after)] + [k for k, v in dict(
            first=first, wide=wide, down=down).items() if v])
        numbers = Numbers("block " + name)
        size = 2 if down else 4
        settings = {"in": before, "out": after, "first": first, "wide": wide, "downsample": down,
                    "eps": 1e-6}
        add(group, "layers.block.biggan.discriminator", name,
            lambda: Down(before, after, first, wide, down, norm),
            {"x": numbers.normal(2, before, 4, 4), "probe": numbers.normal(2, after, size, size)},
            settings, ["x"], ["conv1.weight", "conv2.weight"], numbers)
    for down, before, after in (True, 4, 8), (False, 4, 4):
        numbers = Numbers(f"deep block {before} {after}")
        size = 2 if down else 4
        settings = {"in": before, "out": after, "downsample": down, "eps": 1e-6}
        add(group, "layers.block.bigganDeep.discriminator", f"{before}_{after}",
            lambda: DeepDown(before, after, down, norm),
            {"x": numbers.normal(2, before, 4, 4), "probe": numbers.normal(2, after, size, size)},
            settings, ["x"], ["conv1.weight", "conv4.weight"], numbers)


def layers():
    group = Group("layers", "torch.nn", inline=8, rtol=1e-4, atol=2e-5)
    spectral(group)
    normalisations(group)
    attentions(group)
    blocks(group)
    group.write()


VARIANTS = {
    # resolution: (width, latent, shared, hierarchical, attention, classes)
    "32_plain": (32, 1, 6, 0, False, [], 4),
    "32_attention": (32, 2, 9, 5, True, [16, 32], 3),
    "64_shared": (64, 2, 4, 3, False, [8], 2),
    "128_hierarchical": (128, 1, 13, 2, True, [8], 2),
    "256_hierarchical": (256, 1, 14, 3, True, [16], 2),
}


def networks(name, deep):
    group = Group(name, "torch.nn", inline=8, rtol=5e-4, atol=5e-4 if deep else 1e-4)
    for variant, (resolution, width, latent, shared, hierarchical, attention, classes) in VARIANTS.items():
        if deep and variant == "32_plain":
            continue
        if deep and not hierarchical:
            shared, hierarchical = 3, True
        width = max(width, 2) if deep else width
        modes = ["train", "eval"] if resolution == 32 else ["train"]
        # By other numbers a unit of the deep network lies so near a kink of ReLU that rounding decides
        # on which side, and its gradient is the sum of another set of paths.
        numbers = Numbers(f"{name} {variant}" + (" sixth" if deep and resolution == 256 else ""))
        n, tiles = 2, resolution // 16
        common = dict(resolution=resolution, classes=classes, width=width, attention=attention, eps=1e-6)
        g = dict(common, latent=latent, shared=shared, hierarchical=hierarchical)
        chunks = {32: 4, 64: 5, 128: 6, 256: 7}[resolution]
        size = latent // chunks * chunks if hierarchical and not deep else latent
        labels = labels_of(numbers, n, classes)
        add(group, f"models.{name}.generator", variant, lambda: Generator(deep, **g),
            {"z": numbers.normal(n, size), "labels": labels, "probe": numbers.half(n, 3, 16, 16)},
            {**g, "tiles": tiles}, ["z"], ["linear.weight", "output_layer.2.bias"], numbers, modes, tiles=tiles)
        d = dict(common, classes=0 if variant == "64_shared" else classes)
        weights = ["linear.weight", "blocks.0.0.conv1.weight"] + (["embed.weight"] if d["classes"] else [])
        add(group, f"models.{name}.discriminator", variant, lambda: Discriminator(deep, **d),
            {"x": numbers.half(n, 3, 16, 16), "labels": labels, "probe": numbers.normal(n)},
            {**d, "tiles": tiles}, ["x"], weights, numbers, modes, tiles=tiles)
    group.write()


def sngan():
    group = Group("sngan", "torch.nn", inline=8, rtol=2e-4, atol=5e-5)
    for name, classes in ("unconditional", 0), ("projection", 3):
        numbers = Numbers("sngan " + name)
        labels = labels_of(numbers, 2, 3)
        g = dict(latent=5, width=4, classes=classes)
        add(group, "models.sngan.generator", name, lambda: SnganGenerator(**g),
            {"z": numbers.normal(2, 5), "labels": labels, "probe": numbers.half(2, 3, 16, 16)},
            {**g, "tiles": 2}, ["z"], ["l1.weight", "block3.c1.weight"], numbers, tiles=2)
        d = dict(width=4, classes=classes)
        weights = ["block1.c1.weight_orig"] + (
            ["l5.weight", "l_y.weight"] if classes else ["l5.weight_orig"])
        add(group, "models.sngan.discriminator", name, lambda: SnganDiscriminator(**d),
            {"x": numbers.half(2, 3, 16, 16), "labels": labels, "probe": numbers.normal(2)},
            {**d, "tiles": 2}, ["x"], weights, numbers, tiles=2)
    group.write()


def adcgan():
    group = Group("adcgan", "torch.nn", inline=8, rtol=5e-4, atol=1e-4)
    for name, classes, heads in (
            ("adc", 0, {"adc": 6}), ("tac", 0, {"ac": 3, "mi": 3}), ("am", 0, {"am": 4}),
            ("projection", 3, {"ac": 3, "mi": 3})):
        numbers = Numbers("adcgan " + name)
        d = dict(resolution=32, width=1, attention=[], eps=1e-8, classes=classes)
        add(group, "models.adcgan.discriminator", name,
            lambda: ClassifierDiscriminator(heads, **d),
            {"x": numbers.half(2, 3, 16, 16), "labels": labels_of(numbers, 2, 3),
             "probe": numbers.normal(2, 1 + sum(heads.values()))},
            {**d, "heads": heads, "tiles": 2}, ["x"],
            ["linear.weight", next(iter(heads)) + ".weight"] + (["embed.weight"] if classes else []),
            numbers, tiles=2)
    group.write()


def write():
    layers()
    adcgan()
    networks("biggan", False)
    networks("bigganDeep", True)
    sngan()
