#!/usr/bin/env python3
"""Writes the project's own reference cases: what PyTorch computes, independently of the library.

    python3 lib/src/test/python/make_reference.py

needs PyTorch 1.13 or later and NumPy, for the metrics also SciPy, scikit-learn and scikit-image, and
rewrites lib/src/test/resources/reference/*.json and *.safetensors; the format is described in the
README.md there. Every run writes the same bytes.

Each case is computed in double precision, and once more in single precision to make sure that its
tolerances are not finer than single precision can hold. Metrics are double precision throughout:
their expected values are rounded to fewer digits than the tolerance, so that another machine's last
digits do not show.
"""

import base64
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import scipy.linalg
import scipy.special
import skimage.metrics
import sklearn.metrics
import torch
from torch import nn
from torch.nn import functional as F

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "reference"
INLINE = 48  # Tensors of more elements go into the safetensors file, if a group says no other number.


# ---------------------------------------------------------------------------------------------
# Cases and files


class Group:
    """The cases of one file, with what holds for all of them."""

    def __init__(self, name, source, rtol=1e-5, atol=1e-6, inline=INLINE):
        self.name = name
        self.inline = inline
        self.source = source
        self.rtol = rtol
        self.atol = atol
        self.cases = []
        self.tensors = {}
        self.keys = {}

    def add(self, component, name, compute, inputs, settings=None, state=None):
        """compute(inputs, state, dtype) gives the outputs by name."""
        state = state or {}
        expected = compute(tensors(inputs, torch.float64), tensors(state, torch.float64), torch.float64)
        single = compute(tensors(inputs, torch.float32), tensors(state, torch.float32), torch.float32)
        for key, value in expected.items():
            error = (value.double() - single[key].double()).abs()
            allowed = 0.5 * (self.atol + self.rtol * value.double().abs())
            assert (error <= allowed).all(), (component, name, key, error.max().item())
        self.append({"component": component, "name": name, "settings": settings or {}},
                    {"inputs": inputs, "state": state,
                     "expected": {k: to_numpy(v) for k, v in expected.items()}})

    def add_numbers(self, component, name, expected, inputs, settings=None, digits=9, **tolerances):
        """A case whose outputs are numbers, or arrays of few, in double precision."""
        rounded = {k: rounded_to(digits, v) for k, v in expected.items()}
        self.append({"component": component, "name": name, "settings": settings or {}, **tolerances},
                    {"inputs": inputs, "expected": rounded})

    def append(self, case, roles):
        for role, arrays in roles.items():
            if arrays:
                key = f"{case['component']}/{case['name']}/{role}/"
                case[role] = {k: self.store(key + k, v) for k, v in arrays.items()}
        self.cases.append(case)

    def store(self, key, array):
        array = np.asarray(array)
        dtype = str(array.dtype)
        if array.size <= self.inline:
            flat = array.reshape(-1)
            if array.dtype == np.float64:
                data = [x if np.isfinite(x) else str(x) for x in flat.tolist()]
                return {"dtype": dtype, "shape": list(array.shape), "data": data}
            # The shortest decimal that single precision reads back as the same number.
            data = [float(str(x)) for x in flat] if array.dtype == np.float32 else flat.tolist()
            return {"dtype": dtype, "shape": list(array.shape), "data": data}
        if dtype == "float32" and (array == array.astype(np.float16)).all():
            array = array.astype(np.float16)
        content = (str(array.dtype), array.shape, array.tobytes())
        if content not in self.keys:
            assert key not in self.tensors, key
            self.keys[content] = key
            self.tensors[key] = array
        return {"tensor": self.keys[content], "dtype": dtype}

    def write(self):
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{self.name}.json").write_text(render(
            {"source": self.source, "rtol": self.rtol, "atol": self.atol, "cases": self.cases}) + "\n")
        if self.tensors:
            (FOLDER / f"{self.name}.safetensors").write_bytes(safetensors(self.tensors))


def render(value, indent=""):
    """JSON with one tensor per line."""
    deeper = indent + " "
    if isinstance(value, dict) and any(isinstance(v, (dict, list)) for v in value.values()) and (
            "data" not in value):
        lines = (f"{deeper}{json.dumps(k)}: {render(v, deeper)}" for k, v in value.items())
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(deeper + render(v, deeper) for v in value) + f"\n{indent}]"
    return json.dumps(value, allow_nan=False)


def safetensors(arrays):
    names = {"float32": "F32", "float16": "F16", "int64": "I64"}
    header, data = {}, b""
    for key, array in arrays.items():
        raw = array.tobytes()
        header[key] = {"dtype": names[str(array.dtype)], "shape": list(array.shape),
                       "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def tensors(arrays, dtype):
    made = {}
    for key, array in arrays.items():
        tensor = torch.from_numpy(np.array(array))
        made[key] = tensor.to(dtype) if tensor.is_floating_point() else tensor
    return made


def rounded_to(digits, values):
    """To significant digits; zero stays positive."""
    values = np.asarray(values, np.float64)
    rounded = [float(f"{value:.{digits}g}") + 0.0 for value in values.reshape(-1)]
    return np.array(rounded).reshape(values.shape)


def to_numpy(tensor):
    tensor = tensor.detach()
    return (tensor.float() if tensor.is_floating_point() else tensor).numpy()


class Numbers:
    """Random numbers of few digits, the same for a name on every machine."""

    def __init__(self, name):
        self.random = np.random.RandomState(zlib.crc32(name.encode()))

    def normal(self, *shape, scale=1.0, mean=0.0):
        return np.round(mean + scale * self.random.standard_normal(shape), 3).astype(np.float32)

    def uniform(self, *shape, low=0.0, high=1.0):
        return np.round(self.random.uniform(low, high, shape), 3).astype(np.float32)

    def half(self, *shape, low=-1.0, high=1.0):
        """Values that half precision holds, so that they take little room in a file."""
        return self.random.uniform(low, high, shape).astype(np.float16).astype(np.float32)


def gradients(objective, **variables):
    """The gradient of a scalar with respect to each variable, named grad.NAME."""
    names = list(variables)
    values = torch.autograd.grad(objective, [variables[n] for n in names])
    return {"grad." + n: v for n, v in zip(names, values)}


# ---------------------------------------------------------------------------------------------
# Adversarial losses

ADVERSARIAL = {
    # Goodfellow et al. 2014, equation 1, from logits: log D = -softplus(-x), log(1 - D) = -softplus(x).
    "minimax": (
        lambda real, fake: F.softplus(-real).mean() + F.softplus(fake).mean(),
        lambda fake: -F.softplus(fake).mean()),
    # Goodfellow et al. 2014, section 3: the generator maximises log D instead.
    "nonsaturating": (
        lambda real, fake: F.softplus(-real).mean() + F.softplus(fake).mean(),
        lambda fake: F.softplus(-fake).mean()),
    # Lim and Ye 2017; Miyato et al. 2018, equations 16 and 17.
    "hinge": (
        lambda real, fake: F.relu(1 - real).mean() + F.relu(1 + fake).mean(),
        lambda fake: -fake.mean()),
    # Arjovsky et al. 2017, equations 2 and 3.
    "wasserstein": (
        lambda real, fake: fake.mean() - real.mean(),
        lambda fake: -fake.mean()),
    # Mao et al. 2017, equation 9: a = 0, b = c = 1.
    "leastsquares": (
        lambda real, fake: 0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake ** 2).mean(),
        lambda fake: 0.5 * ((fake - 1) ** 2).mean()),
}


def losses():
    group = Group("losses", "torch.nn.functional")
    extreme = np.array([-80, -30.5, -1e-3, 0.25, 30.5, 80], np.float32)
    for kind, (discriminator, generator) in ADVERSARIAL.items():
        numbers = Numbers("losses " + kind)
        logits = {"vector": (5,), "column": (4, 1), "patches": (2, 1, 3, 2)}
        pairs = {n: (numbers.normal(*s, scale=2), numbers.normal(*s, scale=2)) for n, s in logits.items()}
        pairs["extreme"] = (extreme, -extreme[::-1].copy())
        for name, (real, fake) in pairs.items():
            def both(inputs, state, dtype, loss=discriminator):
                variables = {k: v.requires_grad_() for k, v in inputs.items()}
                value = loss(**variables)
                return {"loss": value, **gradients(value, **variables)}

            prefix = f"losses.adversarial.{kind}."
            group.add(prefix + "discriminator", name, both, {"real": real, "fake": fake})
            group.add(prefix + "generator", name,
                      lambda i, s, d, both=both, loss=generator: both(i, s, d, loss), {"fake": fake})
    group.write()


# ---------------------------------------------------------------------------------------------
# Networks


class ConditionalGenerator(nn.Module):
    """Mirza and Osindero 2014, section 4.1, without dropout (as in evaluation)."""

    def __init__(self, zDim, numClasses, hiddenZ, hiddenY, hiddenJoint, imageSize):
        super().__init__()
        self.z_layer = nn.Linear(zDim, hiddenZ)
        self.y_layer = nn.Linear(numClasses, hiddenY)
        self.joint_layer = nn.Linear(hiddenZ + hiddenY, hiddenJoint)
        self.out_layer = nn.Linear(hiddenJoint, imageSize)

    def forward(self, z, y):
        hidden = torch.cat([F.relu(self.z_layer(z)), F.relu(self.y_layer(y))], 1)
        return torch.sigmoid(self.out_layer(F.relu(self.joint_layer(hidden))))


class ConditionalDiscriminator(nn.Module):
    """Mirza and Osindero 2014, section 4.1; maxout is the largest of `pieces` linear units."""

    def __init__(self, imageSize, numClasses, unitsX, piecesX, unitsY, piecesY, unitsJoint, piecesJoint):
        super().__init__()
        self.pieces = piecesX, piecesY, piecesJoint
        self.x_layer = nn.Linear(imageSize, unitsX * piecesX)
        self.y_layer = nn.Linear(numClasses, unitsY * piecesY)
        self.joint_layer = nn.Linear(unitsX + unitsY, unitsJoint * piecesJoint)
        self.out_layer = nn.Linear(unitsJoint, 1)

    def forward(self, x, y):
        hidden = torch.cat([maxout(self.x_layer(x), self.pieces[0]),
                            maxout(self.y_layer(y), self.pieces[1])], 1)
        return self.out_layer(maxout(self.joint_layer(hidden), self.pieces[2]))


def maxout(x, pieces):
    return x.view(x.shape[0], -1, pieces).max(2).values


class DcganGenerator(nn.Module):
    """Radford et al. 2015, in the layout of PyTorch's example: 4 x 4, then doubled to the resolution."""

    def __init__(self, nz, ngf, nc, resolution):
        super().__init__()
        widths = [ngf * 2 ** i for i in reversed(range(stages(resolution)))]
        layers = [nn.ConvTranspose2d(nz, widths[0], 4, 1, 0, bias=False)]
        for before, after in zip(widths, widths[1:] + [nc]):
            layers += [nn.BatchNorm2d(before), nn.ReLU(),
                       nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False)]
        self.main = nn.Sequential(*layers, nn.Tanh())

    def forward(self, z):
        return self.main(z)


class DcganDiscriminator(nn.Module):
    """Radford et al. 2015, in the layout of PyTorch's example, without its final sigmoid."""

    def __init__(self, ndf, nc, resolution):
        super().__init__()
        widths = [ndf * 2 ** i for i in range(stages(resolution))]
        layers = [nn.Conv2d(nc, ndf, 4, 2, 1, bias=False), nn.LeakyReLU(0.2)]
        for before, after in zip(widths, widths[1:]):
            layers += [nn.Conv2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after),
                       nn.LeakyReLU(0.2)]
        self.main = nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 4, 1, 0, bias=False))

    def forward(self, x):
        return self.main(x).view(-1)


def stages(resolution):
    """How often a 4 x 4 image is doubled."""
    return {32: 3, 64: 4}[resolution]


def random_state(module, numbers):
    """Weights that keep the signal's size, and running statistics away from their defaults."""
    state = {}
    for name, tensor in module.state_dict().items():
        shape = tuple(tensor.shape)
        if name.endswith("num_batches_tracked"):
            state[name] = np.array(3, np.int64)
        elif name.endswith("running_var") or (len(shape) == 1 and name.endswith("weight")):
            state[name] = numbers.uniform(*shape, low=0.5, high=1.5)
        elif len(shape) == 1:
            state[name] = numbers.normal(*shape, scale=0.2)
        else:
            scale = 1.5 / np.sqrt(np.prod(shape) / max(shape[0], shape[1]))
            state[name] = numbers.half(*shape, low=-scale, high=scale)
    return state


def network(build, settings, wrt, weight):
    """Output, gradients of sum(output * probe), and in training mode the buffers after."""

    def compute(inputs, state, dtype):
        arguments = {k: v for k, v in settings.items() if k != "training"}
        module = build(**arguments).to(dtype)
        module.load_state_dict(state)
        module.train(settings.get("training", False))
        inputs = dict(inputs)
        probe = inputs.pop("probe")
        inputs.pop("labels", None)
        inputs[wrt].requires_grad_()
        output = module(**inputs)
        weights = dict(module.named_parameters())
        outputs = {"output": output}
        outputs.update(gradients((output * probe).sum(), **{wrt: inputs[wrt], weight: weights[weight]}))
        if module.training:
            outputs.update({"state." + k: v for k, v in module.state_dict().items() if k not in weights})
        return outputs

    return compute


def conditional_gan():
    group = Group("cgan", "torch.nn")
    variants = {
        "small": (3, dict(zDim=5, numClasses=3, hiddenZ=4, hiddenY=6, hiddenJoint=7, imageSize=8),
                  dict(imageSize=8, numClasses=3, unitsX=4, piecesX=5, unitsY=2, piecesY=5,
                       unitsJoint=3, piecesJoint=4)),
        "one_sample": (1, dict(zDim=2, numClasses=10, hiddenZ=3, hiddenY=3, hiddenJoint=5, imageSize=4),
                       dict(imageSize=4, numClasses=10, unitsX=3, piecesX=2, unitsY=3, piecesY=3,
                            unitsJoint=2, piecesJoint=1)),
    }
    for name, (n, g, d) in variants.items():
        numbers = Numbers("cgan " + name)
        labels = numbers.random.randint(0, g["numClasses"], n).astype(np.int64)
        y = np.eye(g["numClasses"], dtype=np.float32)[labels]
        inputs = {"z": numbers.uniform(n, g["zDim"]), "y": y, "labels": labels,
                  "probe": numbers.normal(n, g["imageSize"])}
        group.add("models.cgan.generator", name,
                  network(ConditionalGenerator, g, "z", "joint_layer.weight"), inputs, g,
                  random_state(ConditionalGenerator(**g), numbers))
        inputs = {"x": numbers.uniform(n, d["imageSize"]), "y": y, "labels": labels,
                  "probe": numbers.normal(n, 1)}
        group.add("models.cgan.discriminator", name,
                  network(ConditionalDiscriminator, d, "x", "joint_layer.weight"), inputs, d,
                  random_state(ConditionalDiscriminator(**d), numbers))
    group.write()


def dcgan():
    group = Group("dcgan", "torch.nn", rtol=1e-4, atol=2e-5)
    for resolution, width, channels in (32, 4, 2), (64, 2, 1):
        numbers = Numbers(f"dcgan {resolution}")
        g = dict(nz=6, ngf=width, nc=channels, resolution=resolution)
        d = dict(ndf=width, nc=channels, resolution=resolution)
        g_state = random_state(DcganGenerator(**g), numbers)
        d_state = random_state(DcganDiscriminator(**d), numbers)
        last = f"main.{3 * stages(resolution)}.weight"
        modes = {"train": 2, "eval": 1} if resolution == 32 else {"train": 1}
        for mode, n in modes.items():
            image = (n, channels, resolution, resolution)
            name = f"{resolution}_{mode}"
            settings = {**g, "training": mode == "train"}
            group.add("models.dcgan.generator", name, network(DcganGenerator, settings, "z", last),
                      {"z": numbers.normal(n, 6, 1, 1), "probe": numbers.half(*image)},
                      settings, g_state)
            settings = {**d, "training": mode == "train"}
            group.add("models.dcgan.discriminator", name,
                      network(DcganDiscriminator, settings, "x", "main.0.weight"),
                      {"x": numbers.half(*image), "probe": numbers.normal(n)},
                      settings, d_state)
    group.write()


# ---------------------------------------------------------------------------------------------
# Optimizers

OPTIMIZERS = {
    "adam": lambda p, lr, beta1, beta2, eps, weightDecay: torch.optim.Adam(
        p, lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=weightDecay),
    "rmsprop": lambda p, lr, alpha, eps, weightDecay, momentum, centered: torch.optim.RMSprop(
        p, lr=lr, alpha=alpha, eps=eps, weight_decay=weightDecay, momentum=momentum,
        centered=centered),
    "sgd": lambda p, lr, momentum, weightDecay, nesterov: torch.optim.SGD(
        p, lr=lr, momentum=momentum, weight_decay=weightDecay, nesterov=nesterov),
}

OPTIMIZER_CASES = {
    # The rates are large, so that a difference in the other settings shows.
    "adam": {
        "dcgan_betas": dict(lr=0.5, beta1=0.5, beta2=0.999, eps=1e-8, weightDecay=0.0),
        "wgan_gp_betas": dict(lr=0.5, beta1=0.0, beta2=0.9, eps=1e-8, weightDecay=0.0),
        "decay": dict(lr=0.2, beta1=0.9, beta2=0.999, eps=1e-8, weightDecay=0.1),
        "large_eps": dict(lr=0.2, beta1=0.5, beta2=0.99, eps=1e-1, weightDecay=0.0),
    },
    "rmsprop": {
        "plain": dict(
            lr=0.1, alpha=0.99, eps=1e-8, weightDecay=0.0, momentum=0.0, centered=False),
        "large_eps": dict(
            lr=0.1, alpha=0.9, eps=1e-1, weightDecay=0.0, momentum=0.0, centered=False),
        "all": dict(lr=0.1, alpha=0.9, eps=1e-2, weightDecay=0.1, momentum=0.7, centered=True),
    },
    "sgd": {
        "plain": dict(lr=1e-1, momentum=0.0, weightDecay=0.0, nesterov=False),
        "momentum": dict(lr=5e-2, momentum=0.9, weightDecay=0.0, nesterov=False),
        "nesterov": dict(lr=5e-2, momentum=0.9, weightDecay=0.1, nesterov=True),
    },
}
PARAMETERS = {"weight": (2, 3), "bias": (3,), "scale": ()}


def steps(numbers, count, prefix):
    return {f"{prefix}.{k}.{n}": numbers.normal(*s) for k in range(1, count + 1)
            for n, s in PARAMETERS.items()}


def optimizers():
    group = Group("optim", "torch.optim")
    for kind, cases in OPTIMIZER_CASES.items():
        for name, settings in cases.items():
            numbers = Numbers(f"optim {kind} {name}")
            count = 4

            def compute(inputs, state, dtype, kind=kind, settings=settings, count=count):
                parameters = {k: nn.Parameter(v) for k, v in state.items()}
                optimizer = OPTIMIZERS[kind](list(parameters.values()), **settings)
                for step in range(1, count + 1):
                    for key, parameter in parameters.items():
                        parameter.grad = inputs[f"grad.{step}.{key}"].clone()
                    optimizer.step()
                return parameters

            group.add("optim." + kind, name, compute, steps(numbers, count, "grad"),
                      {**settings, "steps": count},
                      {n: numbers.normal(*s) for n, s in PARAMETERS.items()})
    for decay in 0.0, 0.9, 0.999:
        numbers = Numbers(f"optim ema {decay}")

        def average(inputs, state, dtype, decay=decay):
            averages = dict(state)
            for step in range(1, 5):
                for key in averages:
                    averages[key] = decay * averages[key] + (1 - decay) * inputs[f"value.{step}.{key}"]
            return averages

        group.add("optim.ema", f"decay_{decay}", average, steps(numbers, 4, "value"),
                  {"decay": decay, "steps": 4},
                  {n: numbers.normal(*s) for n, s in PARAMETERS.items()})
    group.write()


# ---------------------------------------------------------------------------------------------
# Operators and gradients of gradients


def operation(function):
    """Output and gradients of sum(output * probe) with respect to every other input."""

    def compute(inputs, state, dtype):
        inputs = dict(inputs)
        probe = inputs.pop("probe")
        variables = {k: v.requires_grad_() for k, v in inputs.items()}
        output = function(**variables)
        return {"output": output, **gradients((output * probe).sum(), **variables)}

    return compute


def operators():
    group = Group("ops", "torch.nn.functional", atol=1e-5)
    plain = dict(stride=1, padding=0, outputPadding=0, groups=1)
    # Name: settings, shape of x, shape of the weight (in, out / groups, kernel), size of the bias.
    convolutions = {
        "from_a_point": (plain, (2, 3, 1, 1), (3, 2, 4, 4), 0),
        "doubling": ({**plain, "stride": 2, "padding": 1}, (2, 2, 3, 2), (2, 3, 4, 4), 3),
        "output_padding": ({**plain, "stride": 2, "padding": 1, "outputPadding": 1}, (1, 2, 3, 3),
                           (2, 2, 3, 3), 2),
        "groups": ({**plain, "stride": 2, "groups": 2}, (1, 4, 2, 3), (4, 3, 2, 2), 6),
        "not_square": ({**plain, "padding": 1}, (1, 1, 3, 4), (1, 2, 4, 3), 0),
    }
    for name, (settings, x, weight, bias) in convolutions.items():
        numbers = Numbers("conv_transpose2d " + name)
        inputs = {"x": numbers.normal(*x), "weight": numbers.normal(*weight, scale=0.5)}
        if bias:
            inputs["bias"] = numbers.normal(bias)

        def transposed(x, weight, bias=None, s=settings):
            return F.conv_transpose2d(x, weight, bias, s["stride"], s["padding"], s["outputPadding"],
                                      s["groups"])

        shape = transposed(**tensors(inputs, torch.float32)).shape
        inputs["probe"] = numbers.normal(*shape)
        group.add("ops.conv_transpose2d", name, operation(transposed), inputs, settings)
    for name, shape, affine in ("plain", (2, 3, 3, 4), False), ("affine", (2, 2, 4, 3), True):
        numbers = Numbers("instance_norm " + name)
        inputs = {"x": numbers.normal(*shape, scale=2, mean=0.5)}
        if affine:
            inputs.update(weight=numbers.normal(shape[1]), bias=numbers.normal(shape[1]))
        inputs["probe"] = numbers.normal(*shape)
        eps = 1e-3 if affine else 1e-5
        group.add("ops.instance_norm", name,
                  operation(lambda x, weight=None, bias=None, eps=eps: F.instance_norm(
                      x, weight=weight, bias=bias, eps=eps)),
                  inputs, {"eps": eps})
    group.write()


def second_order():
    """d penalty / d weights, where the penalty is made of the gradient of a network's output."""
    group = Group("autograd", "torch.autograd")
    kinds = {
        # Mescheder et al. 2018, equation 9, without its factor gamma / 2.
        "zero_centered": lambda norms: (norms ** 2).mean(),
        # Gulrajani et al. 2017, equation 3, without its factor lambda.
        "one_centered": lambda norms: ((norms - 1) ** 2).mean(),
    }
    for kind, reduce in kinds.items():
        numbers = Numbers("second_order " + kind)
        module = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 1))

        def compute(inputs, state, dtype, reduce=reduce):
            weights = {k: v.requires_grad_() for k, v in state.items()}
            x = inputs["x"].requires_grad_()
            hidden = torch.tanh(F.linear(x, weights["0.weight"], weights["0.bias"]))
            hidden = torch.tanh(F.linear(hidden, weights["2.weight"], weights["2.bias"]))
            output = F.linear(hidden, weights["4.weight"], weights["4.bias"])
            first, = torch.autograd.grad(output.sum(), x, create_graph=True)
            penalty = reduce(first.square().sum(1).sqrt())
            wrt = {k: v for k, v in weights.items() if k != "4.bias"}  # The penalty has no 4.bias.
            return {"output": output, "penalty": penalty, "gradient": first,
                    **gradients(penalty, x=x, **wrt)}

        group.add("autograd.second_order", kind, compute, {"x": numbers.normal(4, 3)},
                  {"penalty": kind}, random_state(module, numbers))
    group.write()


# ---------------------------------------------------------------------------------------------
# File formats of data sets


def text(raw):
    return base64.b64encode(raw).decode()


def decoded(images, labels):
    """Bytes 0..255 as numbers in [-1, 1]."""
    return lambda inputs, state, dtype: {
        "images": torch.from_numpy(images.copy()).to(dtype) / 127.5 - 1,
        "labels": torch.from_numpy(labels.astype(np.int64))}


def data_sets():
    group = Group("data", "the descriptions of the IDX and CIFAR-10 formats")
    numbers = Numbers("data").random
    for name, (n, height, width) in {"three": (3, 4, 5), "one": (1, 2, 2)}.items():
        pixels = numbers.randint(0, 256, (n, 1, height, width)).astype(np.uint8)
        pixels.flat[:2] = 0, 255
        labels = numbers.randint(0, 10, n).astype(np.uint8)
        images_file = struct.pack(">IIII", 0x803, n, height, width) + pixels.tobytes()
        labels_file = struct.pack(">II", 0x801, n) + labels.tobytes()
        group.add("data.idx", name, decoded(pixels, labels), {},
                  {"imagesBase64": text(images_file), "labelsBase64": text(labels_file)})
    # A record is a label and three planes (red, green, blue) of 32 x 32 bytes.
    pixels = numbers.randint(0, 256, (2, 3, 32, 32)).astype(np.uint8)
    labels = np.array([7, 0], np.uint8)
    records = b"".join(bytes([label]) + image.tobytes() for label, image in zip(labels, pixels))
    group.add("data.cifar10bin", "two", decoded(pixels, labels), {}, {"fileBase64": text(records)})
    group.write()


# ---------------------------------------------------------------------------------------------
# Metrics, in double precision, by the definitions and the routes of the field's programs


def moments(features):
    x = features.astype(np.float64)
    return np.mean(x, axis=0), np.atleast_2d(np.cov(x, rowvar=False))


def frechet(mu1, sigma1, mu2, sigma2, eps=1e-6):
    """Heusel et al. 2017, equation 6, with SciPy's root of the product.

    Where SciPy finds no finite root it is taken of covariances with eps added to the diagonal; what
    rounding leaves of an imaginary part is dropped. Returns the distance and whether eps was added.
    """
    root = scipy.linalg.sqrtm(sigma1 @ sigma2)
    regularised = not np.isfinite(root).all()
    if regularised:
        ridge = eps * np.eye(len(sigma1))
        root = scipy.linalg.sqrtm((sigma1 + ridge) @ (sigma2 + ridge))
    if np.iscomplexobj(root):
        assert np.abs(np.diagonal(root).imag).max() < 1e-3
        root = root.real
    difference = mu1 - mu2
    return difference @ difference + np.trace(sigma1 + sigma2) - 2 * np.trace(root), regularised


def fid_sets():
    """Name, real and generated features, and the decimals of the distance that SciPy's root holds.

    Where a covariance lacks rank, rounding errors of 1e-16 in eigenvalues that are 0 become 1e-8 in
    their roots.
    """
    def normal(name, rows, width, **arguments):
        return Numbers("fid " + name).normal(rows, width, **arguments)

    plain = normal("plain real", 40, 5), normal("plain fake", 30, 5, scale=1.5, mean=0.3)
    mix = normal("mix", 5, 5)
    relu = [np.maximum(x, 0) for x in (normal("relu real", 60, 6), normal("relu fake", 50, 6, mean=0.4))]
    dead = [x * np.array([1, 0, 1, 1, 0, 1], np.float32) for x in relu]
    constant = [np.concatenate([x, np.full((len(x), 1), 4, np.float32)], 1) for x in relu]
    doubled = [np.concatenate([x, x[:, :2]], 1) for x in relu]
    many, few = normal("many", 60, 12), (normal("few real", 5, 12), normal("few fake", 7, 12, mean=0.5))
    yield "plain", *plain, 10
    yield "correlated", *(np.round(x @ mix, 3) for x in plain), 9
    yield "relu", *relu, 10
    yield "offset", *(x + np.float32(100) for x in plain), 8
    yield "one_feature", *(x[:, :1] for x in plain), 10
    yield "identical", relu[0], relu[0], 10
    yield "dead_features", *dead, 10
    yield "constant_feature", *constant, 10
    yield "dead_in_one", relu[0], dead[1], 10
    yield "doubled_features", *doubled, 5
    yield "few_samples", *few, 5
    yield "few_generated", many, few[1], 5
    yield "few_identical", few[0], few[0], 5
    yield "two_samples", few[0][:2], few[1][:2], 5
    yield "no_variance", np.ones((3, 4), np.float32), np.full((4, 4), 2, np.float32), 10


def metrics_fid(group):
    def add(name, inputs, sides, decimals):
        value, regularised = frechet(*sides)
        assert not regularised, name
        group.add_numbers("metrics.fid", name, {"fid": np.round(value, decimals)}, inputs, digits=15,
                          rtol=1e-9, atol=2 * 10 ** -decimals)

    for name, real, fake, decimals in fid_sets():
        sides = [*moments(real), *moments(fake)]
        add(name, {"real": real, "fake": fake}, sides, decimals)
        if name in ("plain", "dead_features"):
            sides = [rounded_to(6, side) for side in sides]
            add(name + "_moments", dict(zip(("mu1", "sigma1", "mu2", "sigma2"), sides)), sides, decimals)


def metrics_moments(group):
    for name, rows, width, mean in ("tall", 50, 4, 0.5), ("wide", 3, 6, 0), ("far", 20, 3, 1000):
        features = Numbers("moments " + name).normal(rows, width, mean=mean)
        mu, sigma = moments(features)
        group.add_numbers("metrics.moments", name, {"mean": mu, "covariance": sigma},
                          {"features": features}, digits=11, atol=1e-9)


def metrics_kid(group):
    kernels = {
        # Binkowski et al. 2018, section 4: gamma is 1 / width.
        "standard": {},
        "quadratic": {"degree": 2, "gamma": 0.25, "coef0": 0.5},
    }
    for kernel, settings in kernels.items():
        for name, m, n, width in ("equal_sizes", 12, 12, 5), ("unequal_sizes", 20, 9, 4), ("two", 2, 3, 3):
            numbers = Numbers(f"kid {kernel} {name}")
            x, y = numbers.normal(m, width), numbers.normal(n, width, scale=1.3, mean=0.2)

            def k(a, b, settings=settings):
                return sklearn.metrics.pairwise.polynomial_kernel(
                    a.astype(np.float64), b.astype(np.float64), **{"degree": 3, "coef0": 1, **settings})

            def others(a):
                return (k(a, a).sum() - np.trace(k(a, a))) / (len(a) * (len(a) - 1))

            group.add_numbers("metrics.kid", f"{kernel}_{name}",
                              {"kid": others(x) + others(y) - 2 * k(x, y).mean()},
                              {"real": x, "fake": y}, settings)


def metrics_inception_score(group):
    def score(p, splits):
        n = len(p)
        scores = []
        for i in range(splits):
            part = p[i * n // splits:(i + 1) * n // splits]
            divergence = scipy.special.rel_entr(part, part.mean(0, keepdims=True)).sum(1)
            scores.append(np.exp(divergence.mean()))
        return {"mean": np.mean(scores), "std": np.std(scores)}

    for name, rows, classes, splits, scale in (
            ("one_part", 12, 4, 1, 1), ("parts", 20, 5, 4, 2), ("uneven_parts", 23, 3, 5, 3),
            ("certain", 10, 4, 2, 400)):
        logits = Numbers("inception score " + name).normal(rows, classes, scale=scale)
        p = scipy.special.softmax(logits.astype(np.float64), axis=1)
        group.add_numbers("metrics.inceptionscore", name, score(p, splits), {"logits": logits},
                          {"splits": splits})
    zeros = np.array([[1, 0, 0], [0.5, 0.5, 0], [0, 0.25, 0.75], [0, 1, 0]], np.float32)
    group.add_numbers("metrics.inceptionscore", "zeros", score(zeros.astype(np.float64), 2),
                      {"probabilities": zeros}, {"splits": 2})


def neighbour_sets():
    numbers = Numbers("neighbours")
    yield "clouds", numbers.normal(40, 3), numbers.normal(30, 3, scale=0.7, mean=0.5), (1, 3, 5)
    yield "wide", numbers.normal(15, 24), numbers.normal(20, 24, scale=1.1), (3,)
    yield "relu", np.maximum(numbers.normal(50, 6), 0), np.maximum(numbers.normal(50, 6, mean=0.3), 0), (5,)
    yield "apart", numbers.normal(8, 2), numbers.normal(9, 2, mean=50), (3,)


def metrics_neighbours(group):
    for name, real, fake, ks in neighbour_sets():
        for k in ks:
            def distances(a, b):
                return sklearn.metrics.pairwise_distances(a.astype(np.float64), b.astype(np.float64))

            def radii(x, k=k):
                # Column 0 of the sorted distances is the point's own, 0.
                return np.sort(distances(x, x), axis=1)[:, k]

            between = distances(real, fake)
            of_real, of_fake = radii(real)[:, None], radii(fake)[None, :]
            # Naeem et al. 2020, equations 1 to 5: the border of a ball is outside.
            inside = between < of_real
            expected = {"precision": inside.any(0).mean(), "recall": (between < of_fake).any(1).mean(),
                        "density": inside.sum(0).mean() / k,
                        "coverage": (between.min(1) < of_real[:, 0]).mean()}
            inputs = {"real": real, "fake": fake}
            group.add_numbers("metrics.prdc", f"{name}_{k}", expected, inputs, {"k": k})
            # Kynkaanniemi et al. 2019, equation 1: the border of a ball is inside.
            expected = {"precision": (between <= of_real).any(0).mean(),
                        "recall": (between <= of_fake).any(1).mean()}
            group.add_numbers("metrics.precisionrecall", f"{name}_{k}", expected, inputs, {"k": k})


def metrics_images(group):
    gaussian = dict(gaussian_weights=True, sigma=1.5, use_sample_covariance=False)
    for name, shape, spread, span in (
            ("similar", (2, 3, 16, 13), 0.25, 2), ("unlike", (3, 1, 12, 20), 2, 2),
            ("one_window", (1, 2, 11, 11), 0.5, 2), ("bytes", (2, 1, 14, 14), 0.125, 255)):
        numbers = Numbers("images " + name)
        a = numbers.half(*shape)
        b = np.clip(a + spread * numbers.half(*shape), -1, 1).astype(np.float16).astype(np.float32)
        if span == 255:
            a, b = np.round((a + 1) * 127.5), np.round((b + 1) * 127.5)
        pairs = [(x.astype(np.float64), y.astype(np.float64)) for x, y in zip(a, b)]
        inputs, settings = {"a": a, "b": b}, {"range": span}
        options = dict(data_range=span, channel_axis=0)
        for window, more in ("gaussian", gaussian), ("uniform", {}):
            group.add_numbers(
                "metrics.ssim", f"{name}_{window}",
                {"ssim": [skimage.metrics.structural_similarity(x, y, **options, **more) for x, y in pairs]},
                inputs, {**settings, "window": window})
        group.add_numbers(
            "metrics.psnr", name,
            {"psnr": [skimage.metrics.peak_signal_noise_ratio(x, y, data_range=span) for x, y in pairs]},
            inputs, settings)
        group.add_numbers(
            "metrics.mse", name, {"mse": [skimage.metrics.mean_squared_error(x, y) for x, y in pairs]}, inputs)
    same = Numbers("images same").half(1, 1, 11, 12)
    inputs = {"a": same, "b": same}
    group.add_numbers("metrics.psnr", "equal", {"psnr": [np.inf]}, inputs, {"range": 2})
    group.add_numbers("metrics.ssim", "equal", {"ssim": [1]}, inputs, {"range": 2, "window": "gaussian"})


def metrics():
    group = Group("metrics", "scipy, sklearn.metrics, skimage.metrics", rtol=1e-7, atol=1e-8)
    metrics_moments(group)
    metrics_fid(group)
    metrics_kid(group)
    metrics_inception_score(group)
    metrics_neighbours(group)
    metrics_images(group)
    group.write()


if __name__ == "__main__":
    import reference_layers

    torch.set_num_threads(1)
    losses()
    conditional_gan()
    dcgan()
    optimizers()
    operators()
    second_order()
    data_sets()
    metrics()
    # A group of its own file imports this one for its tools.
    import reference_losses
    reference_losses.write()
    reference_layers.write()
    import reference_stylegan2
    reference_stylegan2.write()
    import reference_ecgan
    reference_ecgan.write()
