#!/usr/bin/env python3
"""Writes files of weights as PyTorch and NVIDIA's code write them, for the tests of the readers.

    python3 lib/src/test/python/make_weights.py PART ...

PART is tensors, legacy, networks or stylegan2, by default all. tensors and legacy name their files by
the version of PyTorch, so that they are run with an old and a new one: the files in
lib/src/test/resources/weights are of 1.13 and 2.13; networks and stylegan2 are of 1.13.

The networks are written anew after the papers, with the names that published code gives to their
parameters; torch_utils.persistence and dnnlib.util are modules of the names and of the form of
pickles of NVIDIA's, made here.
"""

import json
import pickle
import struct
import sys
import types
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "weights"
VERSION = ".".join(torch.__version__.split(".")[:2])
DTYPES = ["float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8"]


# ---------------------------------------------------------------------------------------------
# Tensors of all kinds; their elements are (0, 1, 2, ...) - 3, as far as the type has them


def counted(*shape, dtype=torch.float32):
    n = int(np.prod(shape)) if shape else 1
    return (torch.arange(n) - 3).reshape(shape).to(dtype)


def tensors():
    state = OrderedDict()
    for name in DTYPES:
        state["dtype." + name] = counted(2, 3, dtype=getattr(torch, name))
    state["dtype.bool"] = counted(2, 3) > 0
    base = counted(4, 6)
    state["shared.whole"] = base
    state["shared.rows"] = base[1:3]
    state["shared.columns"] = base[:, 1::2]
    state["shared.transposed"] = base.t()
    state["shared.cell"] = base[2, 5]
    state["expanded"] = counted(1, 3).expand(4, 3)
    state["permuted"] = counted(2, 3, 4).permute(2, 0, 1)
    state["scalar"] = torch.tensor(-3.0)
    state["empty"] = torch.zeros(0, 3)
    state["parameter"] = nn.Parameter(counted(5))
    return state


def checkpoint():
    state = tensors()
    state._metadata = OrderedDict([("", {"version": 1})])
    return {
        "state_dict": state,
        "steps": 2000,
        "big": 1 << 70,
        "score": np.float64(3.25),
        "rate": 2e-4,
        "name": "été",
        "averaged": True,
        "sizes": torch.Size([2, 3]),
        "device": torch.device("cpu"),
        "numpy": {
            "rows": np.arange(6, dtype=np.float32).reshape(2, 3) - 3,
            "columns": np.asfortranarray(np.arange(6, dtype=np.int64).reshape(2, 3) - 3),
        },
        "nothing": None,
        "optimizer": {"state": {0: {"exp_avg": counted(2)}}, "param_groups": [{"betas": (0.0, 0.9)}]},
    }


def save(name, value, **options):
    FOLDER.mkdir(exist_ok=True)
    torch.save(value, FOLDER / name, **options)


def part_tensors():
    save("tensors-" + VERSION + ".pth", checkpoint())
    save("one-" + VERSION + ".pt", counted(2, 2))


def part_legacy():
    save(
        "tensors-legacy-" + VERSION + ".pth",
        checkpoint(),
        _use_new_zipfile_serialization=False,
    )
    save("one-legacy-" + VERSION + ".pt", counted(2, 2), _use_new_zipfile_serialization=False)


# ---------------------------------------------------------------------------------------------
# BigGAN's generator


class Normed:
    """A layer whose weight is divided by its largest singular value, one iteration a call."""

    def setup(self, out):
        self.register_buffer("u0", torch.randn(1, out))
        self.register_buffer("sv0", torch.ones(1))

    def divided(self):
        w = self.weight.flatten(1)
        v = F.normalize(self.u0 @ w, eps=1e-6)
        u = F.normalize(v @ w.t(), eps=1e-6)
        return self.weight / (u @ w @ v.t()).squeeze()


class NormedLinear(nn.Linear, Normed):
    def __init__(self, *sizes, **options):
        super().__init__(*sizes, **options)
        self.setup(self.out_features)

    def forward(self, x):
        return F.linear(x, self.divided(), self.bias)


class NormedConv(nn.Conv2d, Normed):
    def __init__(self, *sizes, **options):
        super().__init__(*sizes, **options)
        self.setup(self.out_channels)

    def forward(self, x):
        return F.conv2d(x, self.divided(), self.bias, padding=self.padding)


class Standing(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.register_buffer("stored_mean", 0.3 * torch.randn(channels))
        self.register_buffer("stored_var", 0.5 + torch.rand(channels))

    def normalised(self, x):
        return F.batch_norm(x, self.stored_mean, self.stored_var, eps=1e-5)


class ClassNorm(Standing):
    def __init__(self, channels, layer):
        super().__init__(channels)
        self.gain = layer(channels)
        self.bias = layer(channels)

    def forward(self, x, y):
        return (1 + self.gain(y))[:, :, None, None] * self.normalised(x) + self.bias(y)[:, :, None, None]


class PlainNorm(Standing):
    def __init__(self, channels):
        super().__init__(channels)
        self.gain = nn.Parameter(1 + 0.3 * torch.randn(channels))
        self.bias = nn.Parameter(0.3 * torch.randn(channels))

    def forward(self, x):
        return self.gain[:, None, None] * self.normalised(x) + self.bias[:, None, None]


class Residual(nn.Module):
    def __init__(self, into, out, layer):
        super().__init__()
        self.conv1 = NormedConv(into, out, 3, padding=1)
        self.conv2 = NormedConv(out, out, 3, padding=1)
        self.conv_sc = NormedConv(into, out, 1)
        self.bn1 = ClassNorm(into, layer)
        self.bn2 = ClassNorm(out, layer)

    def forward(self, x, y):
        h = self.conv1(F.interpolate(F.relu(self.bn1(x, y)), scale_factor=2))
        h = self.conv2(F.relu(self.bn2(h, y)))
        return h + self.conv_sc(F.interpolate(x, scale_factor=2))


class Attention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.theta = NormedConv(channels, channels // 8, 1, bias=False)
        self.phi = NormedConv(channels, channels // 8, 1, bias=False)
        self.g = NormedConv(channels, channels // 2, 1, bias=False)
        self.o = NormedConv(channels // 2, channels, 1, bias=False)
        self.gamma = nn.Parameter(torch.tensor(0.7))

    def forward(self, x):
        queries = self.theta(x).flatten(2)
        keys = F.max_pool2d(self.phi(x), 2).flatten(2)
        values = F.max_pool2d(self.g(x), 2).flatten(2)
        weights = torch.softmax(queries.transpose(1, 2) @ keys, -1)
        return x + self.gamma * self.o((values @ weights.transpose(1, 2)).view(x.shape[0], -1, *x.shape[2:]))


class BigGan(nn.Module):
    """At 32 pixels, width 2, attention at 16, three classes."""

    def __init__(self, hierarchical, width=8, classes=3, chunk=2, shared=4):
        super().__init__()
        self.chunk = chunk if hierarchical else 0
        latent = chunk if hierarchical else 5
        if hierarchical:
            self.shared = nn.Embedding(classes, shared)

        def layer(channels):
            if hierarchical:
                return NormedLinear(shared + chunk, channels, bias=False)
            return nn.Embedding(classes, channels)

        self.linear = NormedLinear(latent, 16 * width)
        blocks = [[Residual(width, width, layer)] for _ in range(3)]
        blocks[1].append(Attention(width))
        self.blocks = nn.ModuleList(nn.ModuleList(block) for block in blocks)
        self.output_layer = nn.Sequential(PlainNorm(width), nn.ReLU(), NormedConv(width, 3, 3, padding=1))

    def forward(self, z, labels):
        if self.chunk:
            parts = z.split(self.chunk, 1)
            vector = self.shared(labels)
            z, ys = parts[0], [torch.cat([vector, part], 1) for part in parts[1:]]
        else:
            ys = [labels] * len(self.blocks)
        h = self.linear(z).view(z.shape[0], -1, 4, 4)
        for block, y in zip(self.blocks, ys):
            h = block[0](h, y)
            for attention in block[1:]:
                h = attention(h)
        return torch.tanh(self.output_layer(h))


def part_networks():
    for hierarchical in (True, False):
        torch.manual_seed(1)
        network = BigGan(hierarchical).eval()
        kind = "hierarchical" if hierarchical else "plain"
        options = {} if hierarchical else {"_use_new_zipfile_serialization": False}
        save("biggan-" + kind + ".pth", network.state_dict(), **options)
        z = torch.randn(3, 8 if hierarchical else 5)
        labels = torch.tensor([2, 0, 1])
        with torch.no_grad():
            images = network(z, labels)
        expected("biggan-" + kind, z=z, labels=labels, images=images)


# ---------------------------------------------------------------------------------------------
# StyleGAN2


class EasyDict(dict):
    __getattr__ = dict.__getitem__


def _reconstruct_persistent_obj(meta):
    raise NotImplementedError("only written here")


def nvidia_modules():
    """Puts the two names where NVIDIA's pickles have them."""
    for path, value in (
        ("dnnlib.util", EasyDict),
        ("torch_utils.persistence", _reconstruct_persistent_obj),
    ):
        package = path.split(".")[0]
        sys.modules[package] = types.ModuleType(package)
        sys.modules[path] = types.ModuleType(path)
        setattr(sys.modules[package], path.split(".")[1], sys.modules[path])
        setattr(sys.modules[path], value.__name__, value)
        value.__module__ = path
        value.__qualname__ = value.__name__


class Persistent(nn.Module):
    """A module that is pickled with its source and its attributes."""

    def __reduce__(self):
        meta = dict(
            type="class",
            version=6,
            module_src="raise SystemExit('the source of a network is not run')\n",
            class_name=type(self).__name__.replace("Network_", ""),
            state=self.__dict__,
        )
        return _reconstruct_persistent_obj, (meta,), None


def lowpass():
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
    return torch.outer(taps, taps) / taps.sum() ** 2


def resampled(x, f, before, after, up=1):
    """Zeros between the pixels, a border, and the low-pass filter, whose sum becomes up * up."""
    n, c, h, w = x.shape
    large = torch.zeros(n, c, h * up, w * up)
    large[:, :, ::up, ::up] = x
    large = F.pad(large, [before, after, before, after])
    return F.conv2d(large, (f * up * up)[None, None].repeat(c, 1, 1, 1), groups=c)


def leaky(x, clamp=None):
    x = F.leaky_relu(x, 0.2) * 2**0.5
    return x if clamp is None else x.clamp(-clamp * 2**0.5, clamp * 2**0.5)


class FullyConnectedLayer(Persistent):
    def __init__(self, into, out, activation="linear", rate=1.0, bias=0.0):
        super().__init__()
        self.activation = activation
        self.weight = nn.Parameter(torch.randn(out, into) / rate)
        self.bias = nn.Parameter(bias + 0.3 * torch.randn(out) / rate)
        self.weight_gain = rate / np.sqrt(into)
        self.bias_gain = rate

    def forward(self, x):
        y = F.linear(x, self.weight * self.weight_gain, self.bias * self.bias_gain)
        return y if self.activation == "linear" else leaky(y)


def normalised(x):
    return x * (x.square().mean(1, keepdim=True) + 1e-8).rsqrt()


class MappingNetwork(Persistent):
    def __init__(self, z_dim, c_dim, w_dim, num_ws, layers):
        super().__init__()
        self.num_ws = num_ws
        self.num_layers = layers
        if c_dim:
            self.embed = FullyConnectedLayer(c_dim, w_dim)
        for i in range(layers):
            into = w_dim if i else z_dim + (w_dim if c_dim else 0)
            setattr(self, "fc%d" % i, FullyConnectedLayer(into, w_dim, "lrelu", 0.01))
        if num_ws:
            self.register_buffer("w_avg", 0.3 * torch.randn(w_dim))

    def forward(self, z, c):
        x = [normalised(z)] if z is not None else []
        if hasattr(self, "embed"):
            x.append(normalised(self.embed(c)))
        x = torch.cat(x, 1)
        for i in range(self.num_layers):
            x = getattr(self, "fc%d" % i)(x)
        return x


class SynthesisLayer(Persistent):
    def __init__(self, into, out, w_dim, resolution, up=1):
        super().__init__()
        self.resolution, self.up, self.activation, self.conv_clamp = resolution, up, "lrelu", 256
        self.register_buffer("resample_filter", lowpass())
        self.affine = FullyConnectedLayer(w_dim, into, bias=1)
        self.weight = nn.Parameter(torch.randn(out, into, 3, 3))
        self.register_buffer("noise_const", torch.randn(resolution, resolution))
        self.noise_strength = nn.Parameter(torch.tensor(0.4))
        self.bias = nn.Parameter(0.3 * torch.randn(out))

    def forward(self, x, w):
        s = self.affine(w)
        kernel = self.weight[None] * s[:, None, :, None, None]
        kernel = kernel * (kernel.square().sum((2, 3, 4), keepdim=True) + 1e-8).rsqrt()
        if self.up > 1:
            x = resampled(x, self.resample_filter, 3, 2, 2)
            kernel = kernel.flip([3, 4])
        else:
            x = F.pad(x, [1, 1, 1, 1])
        x = torch.cat([F.conv2d(a[None], k) for a, k in zip(x, kernel)])
        x = x + self.noise_const * self.noise_strength
        return leaky(x + self.bias[:, None, None], self.conv_clamp)


class ToRGBLayer(Persistent):
    def __init__(self, into, out, w_dim):
        super().__init__()
        self.conv_clamp = 256
        self.weight = nn.Parameter(torch.randn(out, into, 1, 1))
        self.bias = nn.Parameter(0.3 * torch.randn(out))
        self.affine = FullyConnectedLayer(w_dim, into, bias=1)
        self.weight_gain = 1 / into**0.5

    def forward(self, x, w):
        s = self.affine(w) * self.weight_gain
        y = torch.einsum("nchw,nc,oc->nohw", x, s, self.weight[:, :, 0, 0])
        return (y + self.bias[:, None, None]).clamp(-256, 256)


class SynthesisBlock(Persistent):
    def __init__(self, into, out, w_dim, resolution, channels):
        super().__init__()
        self.in_channels, self.architecture = into, "skip"
        self.register_buffer("resample_filter", lowpass())
        if into == 0:
            self.const = nn.Parameter(torch.randn(out, resolution, resolution))
        else:
            self.conv0 = SynthesisLayer(into, out, w_dim, resolution, 2)
        self.conv1 = SynthesisLayer(out, out, w_dim, resolution)
        self.torgb = ToRGBLayer(out, channels, w_dim)

    def forward(self, x, image, w):
        if self.in_channels == 0:
            x = self.const[None].repeat(w.shape[0], 1, 1, 1)
        else:
            x = self.conv0(x, w)
            image = resampled(image, self.resample_filter, 2, 1, 2)
        x = self.conv1(x, w)
        y = self.torgb(x, w)
        return x, y if image is None else image + y


class SynthesisNetwork(Persistent):
    def __init__(self, w_dim, channels, widths):
        super().__init__()
        self.img_resolution = max(widths)
        into = 0
        for size, out in widths.items():
            setattr(self, "b%d" % size, SynthesisBlock(into, out, w_dim, size, channels))
            into = out

    def forward(self, w):
        x = image = None
        size = 4
        while size <= self.img_resolution:
            x, image = getattr(self, "b%d" % size)(x, image, w)
            size *= 2
        return image


WIDTHS = OrderedDict([(4, 6), (8, 6), (16, 3)])


class Generator(Persistent):
    def __init__(self, z_dim=5, c_dim=3, w_dim=7, channels=3):
        super().__init__()
        self.z_dim, self.c_dim, self.w_dim = z_dim, c_dim, w_dim
        self.img_resolution, self.img_channels = max(WIDTHS), channels
        self._init_args = ()
        self._init_kwargs = EasyDict(
            z_dim=z_dim, synthesis_kwargs=EasyDict(channel_base=48, channel_max=6, conv_clamp=256)
        )
        self.synthesis = SynthesisNetwork(w_dim, channels, WIDTHS)
        self.num_ws = 2 * len(WIDTHS)
        self.mapping = MappingNetwork(z_dim, c_dim, w_dim, self.num_ws, 2)

    def forward(self, z, c, psi):
        w = self.mapping(z, c)
        return self.synthesis(self.mapping.w_avg.lerp(w, psi))


class Conv2dLayer(Persistent):
    def __init__(self, into, out, size, bias=True):
        super().__init__()
        self.conv_clamp = 256
        self.register_buffer("resample_filter", lowpass())
        self.weight = nn.Parameter(torch.randn(out, into, size, size))
        self.bias = nn.Parameter(0.3 * torch.randn(out)) if bias else None


class MinibatchStdLayer(Persistent):
    def __init__(self):
        super().__init__()
        self.group_size, self.num_channels = 2, 1


class DiscriminatorBlock(Persistent):
    def __init__(self, into, out, channels):
        super().__init__()
        self.architecture = "resnet"
        self.register_buffer("resample_filter", lowpass())
        if channels:
            self.fromrgb = Conv2dLayer(channels, into, 1)
        self.conv0 = Conv2dLayer(into, into, 3)
        self.conv1 = Conv2dLayer(into, out, 3)
        self.skip = Conv2dLayer(into, out, 1, bias=False)


class DiscriminatorEpilogue(Persistent):
    def __init__(self, width):
        super().__init__()
        self.mbstd = MinibatchStdLayer()
        self.conv = Conv2dLayer(width + 1, width, 3)
        self.fc = FullyConnectedLayer(16 * width, width, "lrelu")
        self.out = FullyConnectedLayer(width, width)


class Discriminator(Persistent):
    def __init__(self, c_dim=3, channels=3):
        super().__init__()
        sizes = sorted(WIDTHS, reverse=True)
        for size, half in zip(sizes, sizes[1:]):
            first = channels if size == sizes[0] else 0
            setattr(self, "b%d" % size, DiscriminatorBlock(WIDTHS[size], WIDTHS[half], first))
        self.mapping = MappingNetwork(0, c_dim, WIDTHS[4], 0, 8)
        self.b4 = DiscriminatorEpilogue(WIDTHS[4])


def part_stylegan2():
    nvidia_modules()
    torch.manual_seed(2)
    generator = Generator().eval().requires_grad_(False)
    snapshot = dict(
        training_set_kwargs=EasyDict(class_name="training.dataset.ImageFolderDataset", resolution=16),
        D=Discriminator().eval().requires_grad_(False),
        G_ema=generator,
        augment_pipe=None,
    )
    with open(FOLDER / "stylegan2.pkl", "wb") as file:
        pickle.dump(snapshot, file, protocol=4)
    z = torch.randn(3, 5)
    labels = torch.tensor([2, 0, 1])
    c = F.one_hot(labels, 3).float()
    expected(
        "stylegan2",
        z=z,
        labels=labels,
        images=generator(z, c, 1.0),
        truncated=generator(z, c, 0.5),
    )


# ---------------------------------------------------------------------------------------------


def expected(name, **arrays):
    """Writes what a network computes, as safetensors."""
    header, data = {}, b""
    for key, array in arrays.items():
        content = array.detach().numpy().tobytes()
        header[key] = {
            "dtype": {torch.float32: "F32", torch.int64: "I64"}[array.dtype],
            "shape": list(array.shape),
            "data_offsets": [len(data), len(data) + len(content)],
        }
        data += content
    text = json.dumps(header).encode()
    (FOLDER / (name + ".safetensors")).write_bytes(struct.pack("<Q", len(text)) + text + data)


if __name__ == "__main__":
    parts = sys.argv[1:] or ["tensors", "legacy", "networks", "stylegan2"]
    for part in parts:
        globals()["part_" + part]()
