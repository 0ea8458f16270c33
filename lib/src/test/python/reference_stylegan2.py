"""Reference cases of StyleGAN2 and GLeaD: layers, networks, objectives.

Written from the papers and the conventions of NVIDIA's published PyTorch code, whose names the state
dicts have; shares no code with the library. Everything is computed the plainest way: filters on
images with zeros put in, modulated convolutions image by image, resampling never merged with a
convolution. Run by make_reference.py.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from make_reference import Group, Numbers, gradients, tensors

# ---------------------------------------------------------------------------------------------
# Operations


def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def sides(padding):
    """Left, right, top, bottom."""
    if isinstance(padding, int):
        return (padding,) * 4
    return (padding[0], padding[0], padding[1], padding[1]) if len(padding) == 2 else tuple(padding)


def upfirdn(x, f, up=1, down=1, padding=0, flip=False, gain=1.0):
    (ux, uy), (dx, dy), (left, right, top, bottom) = pair(up), pair(down), sides(padding)
    n, c, h, w = x.shape
    z = x.new_zeros(n, c, h * uy, w * ux)
    z[:, :, ::uy, ::ux] = x
    z = F.pad(z, [left, right, top, bottom])
    f = torch.ones(1, 1) if f is None else f
    if f.ndim == 1:
        f = torch.outer(f, f)
    f = f.to(x.dtype) * gain
    kernel = f if flip else f.flip([0, 1])
    y = F.conv2d(z.reshape(-1, 1, *z.shape[2:]), kernel[None, None])
    return y.reshape(n, c, *y.shape[2:])[:, :, ::dy, ::dx]


def both(factor):
    """The factors of x and y."""
    return factor if isinstance(factor, list) else [factor, factor]


def upsampled(x, f, up=2, flip=False, gain=1.0):
    p = [n for taps, k in zip(f.shape[::-1], both(up)) for n in ((taps + k - 1) // 2, (taps - k) // 2)]
    return upfirdn(x, f, up=up, padding=p, flip=flip, gain=gain * both(up)[0] * both(up)[1])


def downsampled(x, f, down=2, flip=False, gain=1.0):
    p = [n for taps, k in zip(f.shape[::-1], both(down)) for n in ((taps - k + 1) // 2, (taps - k) // 2)]
    return upfirdn(x, f, down=down, padding=p, flip=flip, gain=gain)


def filtered(x, f, flip=False, gain=1.0):
    taps = f.shape[-1]
    return upfirdn(x, f, padding=[taps // 2, (taps - 1) // 2] * 2, flip=flip, gain=gain)


def conv_resample(x, w, f, up=1, down=1, padding=0, groups=1, flip_weight=True, flip_filter=False):
    taps = 1 if f is None else f.shape[-1]
    before = after = 0
    if up > 1:
        before, after = before + (taps + up - 1) // 2, after + (taps - up) // 2
    if down > 1:
        before, after = before + (taps - down + 1) // 2, after + (taps - down) // 2
    own = padding if isinstance(padding, list) else [padding] * 4
    whole = [n + more for n, more in zip(own, [before, after] * 2)]
    x = upfirdn(x, f if up > 1 else None, up=up, padding=whole, gain=up * up, flip=flip_filter)
    x = F.conv2d(x, w if flip_weight else w.flip([2, 3]), groups=groups)
    return upfirdn(x, f, down=down, flip=flip_filter) if down > 1 else x


ACTIVATIONS = {
    "linear": (lambda x, a: x, 1), "relu": (lambda x, a: F.relu(x), 2 ** 0.5),
    "lrelu": (lambda x, a: F.leaky_relu(x, a), 2 ** 0.5), "tanh": (lambda x, a: torch.tanh(x), 1),
    "sigmoid": (lambda x, a: torch.sigmoid(x), 1), "elu": (lambda x, a: F.elu(x), 1),
    "selu": (lambda x, a: F.selu(x), 1), "softplus": (lambda x, a: F.softplus(x), 1),
    "swish": (lambda x, a: torch.sigmoid(x) * x, 2 ** 0.5),
}


def bias_act(x, b=None, dim=1, act="linear", alpha=None, gain=None, clamp=None):
    function, own = ACTIVATIONS[act]
    if b is not None:
        x = x + b.reshape([-1 if i == dim else 1 for i in range(x.ndim)])
    x = function(x, 0.2 if alpha is None else alpha) * (own if gain is None else gain)
    return x if clamp is None else x.clamp(-clamp, clamp)


def normalised(x):
    return x / (x.square().mean(1, keepdim=True) + 1e-8).sqrt()


def modulated(x, weight, styles, f=None, up=1, padding=0, demodulate=True):
    images = []
    for image, style in zip(x, styles):
        w = weight * style[None, :, None, None]
        if demodulate:
            w = w / (w.square().sum([1, 2, 3], keepdim=True) + 1e-8).sqrt()
        images.append(conv_resample(image[None], w, f, up=up, padding=padding, flip_weight=(up == 1)))
    return torch.cat(images)


def deviation(x, group, channels=1):
    n, c, h, w = x.shape
    g = n if group is None else min(group, n)
    columns = []
    for i in range(n):
        members = x[[j for j in range(n) if j % (n // g) == i % (n // g)]]
        std = (members.var(0, unbiased=False) + 1e-8).sqrt()
        columns.append(std.reshape(channels, -1).mean(1))
    return torch.cat([x, torch.stack(columns)[:, :, None, None].expand(-1, -1, h, w)], 1)


# ---------------------------------------------------------------------------------------------
# Networks, under the names of NVIDIA's state dict


def low_pass():
    f = torch.tensor([1.0, 3.0, 3.0, 1.0])
    return torch.outer(f, f) / 64


class Dense(nn.Module):
    def __init__(self, before, after, act="linear", rate=1.0, bias=0.0):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(after, before))
        self.bias = nn.Parameter(torch.full((after,), bias))
        self.act, self.rate = act, rate

    def forward(self, x):
        y = x @ (self.weight * self.rate / self.weight.shape[1] ** 0.5).t()
        return bias_act(y, self.bias * self.rate, act=self.act)


class Conv(nn.Module):
    def __init__(self, before, after, kernel, bias=True, act="linear", up=1, down=1, clamp=None):
        super().__init__()
        self.register_buffer("resample_filter", low_pass())
        self.weight = nn.Parameter(torch.zeros(after, before, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(after)) if bias else None
        self.act, self.up, self.down, self.clamp = act, up, down, clamp

    def forward(self, x, gain=1.0):
        _, before, kernel, _ = self.weight.shape
        x = conv_resample(x, self.weight / (before * kernel ** 2) ** 0.5, self.resample_filter,
                          up=self.up, down=self.down, padding=kernel // 2, flip_weight=(self.up == 1))
        return bias_act(x, self.bias, act=self.act, gain=ACTIVATIONS[self.act][1] * gain,
                        clamp=None if self.clamp is None else self.clamp * gain)


class Mapping(nn.Module):
    def __init__(self, z_dim, c_dim, w_dim, num_ws, num_layers=8):
        super().__init__()
        self.z_dim, self.c_dim, self.num_ws = z_dim, c_dim, num_ws
        if c_dim:
            self.embed = Dense(c_dim, w_dim)
        self.layers = []
        for i in range(num_layers):
            before = z_dim + (w_dim if c_dim else 0) if i == 0 else w_dim
            layer = Dense(before, w_dim, act="lrelu", rate=0.01)
            setattr(self, f"fc{i}", layer)
            self.layers.append(layer)
        if num_ws:
            self.register_buffer("w_avg", torch.zeros(w_dim))

    def forward(self, z, c, psi=1.0, cutoff=None, update=False):
        parts = ([normalised(z)] if self.z_dim else []) + ([normalised(self.embed(c))] if self.c_dim else [])
        x = torch.cat(parts, 1)
        for layer in self.layers:
            x = layer(x)
        if update:
            self.w_avg.copy_(0.995 * self.w_avg + 0.005 * x.detach().mean(0))
        if not self.num_ws:
            return x
        ws = x[:, None].repeat(1, self.num_ws, 1)
        count = self.num_ws if cutoff is None else cutoff
        return torch.cat([self.w_avg + psi * (ws[:, :count] - self.w_avg), ws[:, count:]], 1)


class StyledLayer(nn.Module):
    def __init__(self, before, after, w_dim, resolution, up, clamp):
        super().__init__()
        self.register_buffer("resample_filter", low_pass())
        self.affine = Dense(w_dim, before, bias=1.0)
        self.weight = nn.Parameter(torch.zeros(after, before, 3, 3))
        self.register_buffer("noise_const", torch.zeros(resolution, resolution))
        self.noise_strength = nn.Parameter(torch.zeros([]))
        self.bias = nn.Parameter(torch.zeros(after))
        self.up, self.clamp = up, clamp

    def forward(self, x, w, noise):
        x = modulated(x, self.weight, self.affine(w), self.resample_filter, self.up, padding=1)
        if noise == "const":
            x = x + self.noise_const * self.noise_strength
        return bias_act(x, self.bias, act="lrelu", clamp=self.clamp)


class Colours(nn.Module):
    def __init__(self, before, channels, w_dim, clamp):
        super().__init__()
        self.affine = Dense(w_dim, before, bias=1.0)
        self.weight = nn.Parameter(torch.zeros(channels, before, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.clamp = clamp

    def forward(self, x, w):
        styles = self.affine(w) / self.weight.shape[1] ** 0.5
        return bias_act(modulated(x, self.weight, styles, demodulate=False), self.bias, clamp=self.clamp)


class SynthesisBlock(nn.Module):
    def __init__(self, before, after, w_dim, resolution, channels, clamp):
        super().__init__()
        self.register_buffer("resample_filter", low_pass())
        self.before = before
        if before == 0:
            self.const = nn.Parameter(torch.zeros(after, resolution, resolution))
        else:
            self.conv0 = StyledLayer(before, after, w_dim, resolution, 2, clamp)
        self.conv1 = StyledLayer(after, after, w_dim, resolution, 1, clamp)
        self.torgb = Colours(after, channels, w_dim, clamp)

    def forward(self, x, img, ws, noise):
        ws = list(ws)
        if self.before == 0:
            x = self.const[None].repeat(len(ws[0]), 1, 1, 1)
        else:
            x = self.conv0(x, ws.pop(0), noise)
        x = self.conv1(x, ws.pop(0), noise)
        y = self.torgb(x, ws.pop(0))
        return x, y if img is None else upsampled(img, self.resample_filter) + y


def powers(first, last):
    return [2 ** i for i in range(first.bit_length() - 1, last.bit_length())]


class Synthesis(nn.Module):
    def __init__(self, w_dim, img_resolution, img_channels, channel_base, channel_max, conv_clamp):
        super().__init__()
        self.resolutions = powers(4, img_resolution)
        width = {r: min(channel_base // r, channel_max) for r in self.resolutions}
        for r in self.resolutions:
            setattr(self, f"b{r}", SynthesisBlock(
                width[r // 2] if r > 4 else 0, width[r], w_dim, r, img_channels, conv_clamp))

    def forward(self, ws, noise="const", features=None, image=None):
        """From a feature map and an image on, if there are any."""
        x, img, used, maps = features, image, 0, {}
        for r in self.resolutions:
            if features is not None and r <= features.shape[-1]:
                continue
            count = 1 if r == 4 else 2
            x, img = getattr(self, f"b{r}")(x, img, ws[:, used:used + count + 1].unbind(1), noise)
            maps[r] = x
            used += count
        return img, maps


class Generator(nn.Module):
    def __init__(self, z_dim, c_dim, w_dim, img_resolution, img_channels, channel_base, channel_max,
                 conv_clamp, mapping_layers):
        super().__init__()
        self.synthesis = Synthesis(w_dim, img_resolution, img_channels, channel_base, channel_max, conv_clamp)
        self.num_ws = 2 * img_resolution.bit_length() - 4
        self.mapping = Mapping(z_dim, c_dim, w_dim, self.num_ws, mapping_layers)


class DownBlock(nn.Module):
    def __init__(self, before, middle, after, channels, architecture, clamp):
        super().__init__()
        self.register_buffer("resample_filter", low_pass())
        self.before, self.architecture = before, architecture
        if before == 0:
            self.fromrgb = Conv(channels, middle, 1, act="lrelu", clamp=clamp)
        self.conv0 = Conv(middle, middle, 3, act="lrelu", clamp=clamp)
        self.conv1 = Conv(middle, after, 3, act="lrelu", down=2, clamp=clamp)
        if architecture == "resnet":
            self.skip = Conv(middle, after, 1, bias=False, down=2)

    def forward(self, x):
        x = self.fromrgb(x) if self.before == 0 else x
        if self.architecture == "resnet":
            return self.skip(x, gain=0.5 ** 0.5) + self.conv1(self.conv0(x), gain=0.5 ** 0.5)
        return self.conv1(self.conv0(x))


class Epilogue(nn.Module):
    """Sees the image where no block stands before it."""

    def __init__(self, channels, cmap, group, clamp, image=0):
        super().__init__()
        self.group = group
        if image:
            self.fromrgb = Conv(image, channels, 1, act="lrelu")
        self.conv = Conv(channels + 1, channels, 3, act="lrelu", clamp=clamp)
        self.fc = Dense(channels * 16, channels, act="lrelu")
        self.out = Dense(channels, cmap or 1)

    def forward(self, x):
        x = self.fromrgb(x) if hasattr(self, "fromrgb") else x
        return self.out(self.fc(self.conv(deviation(x, self.group)).flatten(1)))


class Discriminator(nn.Module):
    def __init__(self, c_dim, img_resolution, img_channels, architecture, channel_base, channel_max,
                 conv_clamp, mbstd_group_size, decoder_res=0, glead_res_g=0, decoder_out_channel=0,
                 decoder_conv_kernel_size=1, w_dim=0):
        super().__init__()
        self.resolutions = powers(8, img_resolution)[::-1]
        width = {r: min(channel_base // r, channel_max) for r in powers(4, img_resolution)}
        self.cmap = width[4] if c_dim else 0
        for r in self.resolutions:
            setattr(self, f"b{r}", DownBlock(0 if r == img_resolution else width[r], width[r],
                                             width[r // 2], img_channels, architecture, conv_clamp))
        if c_dim:
            self.mapping = Mapping(0, c_dim, self.cmap, 0)
        self.b4 = Epilogue(width[4], self.cmap, mbstd_group_size, conv_clamp,
                           0 if self.resolutions else img_channels)
        self.decoder = powers(8, decoder_res) if decoder_res else []
        for r in self.decoder:
            setattr(self, f"b{r}_dec", Conv(width[r // 2] * (1 if r == 8 else 2), width[r],
                                            decoder_conv_kernel_size, up=2))
        self.head = decoder_out_channel
        if self.decoder and self.head == 512:
            last = width[decoder_res]
            self.img_proj = Conv(last, img_channels, 1)
            self.feat_proj1 = Conv(last, width[glead_res_g], 1)
            self.feat_proj2 = Conv(last, w_dim, 1)
        elif self.decoder and self.head:
            self.final_proj = Conv(width[decoder_res], self.head, decoder_conv_kernel_size)

    def forward(self, img, c):
        """Logits (N), the branch's last features, what the heads make of them."""
        x, maps = img, {}
        for r in self.resolutions:
            x = maps[r // 2] = getattr(self, f"b{r}")(x)
        logits = self.b4(x)
        if self.cmap:
            logits = (logits * self.mapping(None, c)).sum(1, keepdim=True) / self.cmap ** 0.5
        out = {"logits": logits[:, 0]}
        y = None
        for r in self.decoder:
            y = maps[r // 2] if y is None else torch.cat([y, maps[r // 2]], 1)
            y = out[f"decoded{r}"] = getattr(self, f"b{r}_dec")(y)
        if self.decoder and self.head == 512:
            out.update(features=self.feat_proj1(y), image=self.img_proj(y),
                       ws=self.feat_proj2(y).mean([2, 3]))
        elif self.decoder:
            out["features"] = self.final_proj(y) if self.head else y
        return out


# ---------------------------------------------------------------------------------------------
# Cases


def second_order(output, probe, x, variables):
    """Gradients, and those of the sum of the squares of the gradient with respect to x."""
    objective = (output * probe).sum()
    first, = torch.autograd.grad(objective, x, create_graph=True)
    penalty = first.square().sum()
    names = list(variables)
    plain = torch.autograd.grad(objective, [variables[n] for n in names], retain_graph=True)
    found = {**{"grad." + n: v for n, v in zip(names, plain)}, "penalty": penalty}
    if penalty.requires_grad:
        double = torch.autograd.grad(penalty, [variables[n] for n in names], allow_unused=True)
        found.update({"grad2." + n: v for n, v in zip(names, double) if v is not None and v.abs().max() > 0})
    return found


def add_operation(group, component, name, function, inputs, settings, numbers, fixed=()):
    """function(**inputs); inputs in `fixed` get no gradient, and a probe is put beside them."""
    sample = function(**tensors(inputs, torch.float32))
    inputs = {**inputs, "probe": numbers.normal(*sample.shape)}

    def compute(inputs, state, dtype):
        probe = inputs["probe"]
        given = {k: v if k in fixed else v.requires_grad_() for k, v in inputs.items() if k != "probe"}
        output = function(**given)
        variables = {k: v for k, v in given.items() if k not in fixed}
        return {"output": output, **second_order(output, probe, given["x"], variables)}

    group.add(component, name, compute, inputs, settings)


def operations():
    group = Group("stylegan2_layers", "torch.nn.functional", inline=64, rtol=1e-4, atol=2e-5)
    resampling(group)
    convolutions(group)
    small_layers(group)
    group.write()


def resampling(group):
    square = low_pass().numpy()
    cases = {
        # up, down, padding, flip, gain, filter
        "identity": (1, 1, 0, False, 1.0, None),
        "blur": (1, 1, [2, 1, 2, 1], False, 1.0, "square"),
        "up": (2, 1, [2, 1, 2, 1], False, 4.0, "square"),
        "down": (1, 2, [1, 1, 1, 1], False, 1.0, "square"),
        "crop": (2, 1, [-1, 2, 3, -2], True, 0.5, "oblong"),
        "axes": ([2, 1], [1, 3], [1, 0, 2, 1], False, 2.0, "oblong"),
        "both": (3, 2, [4, 3, 2, 5], False, 1.5, "oblong"),
        "separable": (2, 2, [4, 3, 4, 3], True, 4.0, "vector"),
    }
    for name, (up, down, padding, flip, gain, kind) in cases.items():
        numbers = Numbers("upfirdn2d " + name)
        inputs = {"x": numbers.normal(2, 3, 5, 6)}
        if kind:
            inputs["f"] = {"square": square, "oblong": numbers.normal(3, 4), "vector": numbers.normal(8)}[kind]
        settings = {"up": up, "down": down, "padding": padding, "flip_filter": flip, "gain": gain}
        add_operation(group, "layers.upfirdn2d", name,
                      lambda x, f=None: upfirdn(x, f, up, down, padding, flip, gain),
                      inputs, settings, numbers, fixed=("f",))
    for kind, function in ("upsample2d", upsampled), ("downsample2d", downsampled):
        key = kind.replace("sample2d", "")
        for factor, taps in (2, 4), (2, 6), (3, 5):
            numbers = Numbers(f"{kind} {factor} {taps}")
            f = numbers.normal(taps, taps, scale=0.2)
            add_operation(group, "layers." + kind, f"{factor}_{taps}",
                          lambda x, f: function(x, f, factor), {"x": numbers.normal(2, 2, 6, 5), "f": f},
                          {key: factor, "flip_filter": False, "gain": 1.0}, numbers, fixed=("f",))
        numbers = Numbers(f"{kind} axes")
        add_operation(group, "layers." + kind, "axes", lambda x, f: function(x, f, [2, 1], True, 1.5),
                      {"x": numbers.normal(2, 2, 6, 5), "f": numbers.normal(3, 4, scale=0.3)},
                      {key: [2, 1], "flip_filter": True, "gain": 1.5}, numbers, fixed=("f",))


def convolutions(group):
    for name, kernel, up, down, padding, groups, flip, taps in (
            ("plain", 3, 1, 1, 1, 1, True, 4), ("turned", 3, 1, 1, 1, 1, False, 4),
            ("up", 3, 2, 1, 1, 1, False, 4), ("up_turned", 3, 2, 1, 1, 1, True, 4),
            ("down", 3, 1, 2, 1, 1, True, 4), ("point_up", 1, 2, 1, 0, 1, True, 4),
            ("point_down", 1, 1, 2, 0, 1, True, 4), ("groups_up", 3, 2, 1, 1, 2, False, 4),
            ("groups_down", 3, 1, 2, 1, 2, True, 6), ("up_and_down", 3, 2, 2, 1, 1, False, 4),
            ("sides", 3, 1, 1, [2, 0, 1, 1], 1, True, 4), ("sides_up", 3, 2, 1, [2, 0, 1, -1], 1, False, 4),
            ("sides_down", 3, 1, 2, [2, 0, 1, 1], 1, True, 4)):
        numbers = Numbers("filteredresize " + name)
        inputs = {"x": numbers.normal(2, 4, 5, 6), "weight": numbers.normal(6, 4 // groups, kernel, kernel, scale=0.4),
                  "f": low_pass().numpy() if taps == 4 else numbers.normal(taps, taps, scale=0.2)}
        settings = {"up": up, "down": down, "padding": padding, "groups": groups, "flip_weight": flip,
                    "flip_filter": False}
        add_operation(group, "layers.filteredresize", name,
                      lambda x, weight, f: conv_resample(x, weight, f, up, down, padding, groups, flip),
                      inputs, settings, numbers, fixed=("f",))
    for name, kernel, up, demodulate in (("plain", 3, 1, True), ("up", 3, 2, True), ("colours", 1, 1, False)):
        numbers = Numbers("modulatedconv2d " + name)
        inputs = {"x": numbers.normal(2, 3, 4, 5), "weight": numbers.normal(4, 3, kernel, kernel),
                  "styles": numbers.normal(2, 3, mean=1, scale=0.5), "f": low_pass().numpy()}
        for fused in False, True:
            settings = {"up": up, "padding": kernel // 2, "demodulate": demodulate, "fused_modconv": fused,
                        "flip_weight": up == 1}
            add_operation(group, "layers.modulatedconv2d", name + ("_fused" if fused else ""),
                          lambda x, weight, styles, f: modulated(x, weight, styles, f, up, kernel // 2, demodulate),
                          inputs, settings, numbers, fixed=("f",))


def small_layers(group):
    for act in ACTIVATIONS:
        numbers = Numbers("biasact " + act)
        add_operation(group, "layers.biasact", act, lambda x, b: bias_act(x, b, act=act),
                      {"x": numbers.normal(2, 3, 2, 2), "b": numbers.normal(3)}, {"act": act, "dim": 1}, numbers)
    for name, settings in {
            "clamp": dict(act="lrelu", alpha=0.3, gain=1.5, clamp=0.8, dim=1),
            "last": dict(act="swish", gain=0.7, dim=2), "gain": dict(act="linear", gain=2.0, dim=1)}.items():
        numbers = Numbers("biasact " + name)
        x = numbers.normal(2, 3, 4)
        add_operation(group, "layers.biasact", name, lambda x, b: bias_act(x, b, **settings),
                      {"x": x, "b": numbers.normal(x.shape[settings["dim"]])}, settings, numbers)
    for name, act, rate in ("linear", "linear", 1.0), ("slow", "lrelu", 0.01), ("tanh", "tanh", 0.5):
        numbers = Numbers("fullyconnected " + name)
        scale = 1 / rate

        def dense(x, weight, bias, act=act, rate=rate):
            return bias_act(x @ (weight * rate / weight.shape[1] ** 0.5).t(), bias * rate, act=act)

        add_operation(group, "layers.fullyconnected", name, dense,
                      {"x": numbers.normal(3, 4), "weight": numbers.normal(2, 4, scale=scale),
                       "bias": numbers.normal(2, scale=scale)},
                      {"in_features": 4, "out_features": 2, "activation": act, "lr_multiplier": rate}, numbers)
    numbers = Numbers("fullyconnected unbiased")
    add_operation(group, "layers.fullyconnected", "unbiased",
                  lambda x, weight: bias_act(x @ (weight * 0.5 / weight.shape[1] ** 0.5).t(), None, act="lrelu"),
                  {"x": numbers.normal(3, 4), "weight": numbers.normal(2, 4, scale=2)},
                  {"in_features": 4, "out_features": 2, "activation": "lrelu", "lr_multiplier": 0.5}, numbers)
    for name, images, size, parts in ("pairs", 4, 2, 1), ("whole", 3, None, 1), ("parts", 4, 4, 2), ("few", 2, 4, 1):
        numbers = Numbers("minibatchstd " + name)
        add_operation(group, "layers.minibatchstd", name, lambda x: deviation(x, size, parts),
                      {"x": numbers.normal(images, 4, 2, 3, scale=8)}, {"group_size": size, "num_channels": parts}, numbers)
    for name, shape in ("vectors", (3, 5)), ("images", (2, 3, 2, 2)):
        numbers = Numbers("pixelnorm " + name)
        add_operation(group, "layers.pixelnorm", name, normalised, {"x": numbers.normal(*shape)}, {}, numbers)


def weights_for(module, numbers):
    state = {}
    for name, value in module.state_dict().items():
        if name.endswith("resample_filter"):
            state[name] = low_pass().numpy()
        elif ".fc" in "." + name and name.endswith("weight") and value.ndim == 2 and "b4" not in name:
            state[name] = numbers.half(*value.shape, low=-150, high=150)
        elif name.endswith("noise_strength"):
            state[name] = np.asarray(numbers.half(1)[0])
        elif name.endswith("affine.bias"):
            state[name] = numbers.half(*value.shape, low=0.5, high=1.5)
        else:
            state[name] = numbers.half(*value.shape, low=-1.5, high=1.5)
    return state


def loaded(build, state, dtype):
    module = build().to(dtype)
    module.load_state_dict(state)
    return module


def one_hot(numbers, count, classes):
    return np.eye(classes, dtype=np.float32)[numbers.random.randint(0, classes, count)]


NETWORK = dict(img_resolution=16, img_channels=3, channel_base=48, channel_max=4, conv_clamp=None)


def networks():
    group = Group("stylegan2", "torch.nn", inline=8, rtol=5e-4, atol=1e-4)
    for name, change, options in (
            ("plain", {}, {}), ("conditional", dict(c_dim=3), {}), ("silent", {}, dict(noise_mode="none")),
            ("truncated", {}, dict(truncation_psi=0.6)),
            ("cutoff", dict(conv_clamp=0.75), dict(truncation_psi=0.5, truncation_cutoff=3)),
            ("training", dict(img_resolution=32, channel_base=64, channel_max=3), dict(training=True)),
            ("4", dict(img_resolution=4, channel_base=16), {}),
            ("8", dict(img_resolution=8, channel_base=32, c_dim=2), dict(training=True))):
        generator_case(group, name, {**NETWORK, "z_dim": 5, "c_dim": 0, "w_dim": 4, "mapping_layers": 2, **change},
                       {"noise_mode": "const", "training": False, **options})
    for name, change, images in (
            ("resnet", {}, 4), ("orig", dict(architecture="orig"), 2), ("conditional", dict(c_dim=3), 4),
            ("clamp", dict(conv_clamp=0.5, mbstd_group_size=2, img_channels=1), 4),
            ("32", dict(img_resolution=32, channel_base=64, channel_max=3), 2),
            ("4", dict(img_resolution=4, channel_base=16, c_dim=2), 3),
            ("8", dict(img_resolution=8, channel_base=32, mbstd_group_size=None), 3)):
        settings = {**NETWORK, "c_dim": 0, "architecture": "resnet", "mbstd_group_size": 4, **change}
        discriminator_case(group, "models.stylegan2.discriminator", name, settings, images)
    group.write()


def generator_case(group, name, settings, options):
    numbers = Numbers("stylegan2 generator " + name)
    state = weights_for(Generator(**settings), numbers)
    size, classes = settings["img_resolution"], settings["c_dim"]
    inputs = {"z": numbers.normal(2, settings["z_dim"]),
              "probe": numbers.half(2, settings["img_channels"], size, size)}
    if classes:
        inputs["c"] = one_hot(numbers, 2, classes)

    def compute(inputs, state, dtype):
        module = loaded(lambda: Generator(**settings), state, dtype)
        z = inputs["z"].requires_grad_()
        ws = module.mapping(z, inputs.get("c"), options.get("truncation_psi", 1.0),
                            options.get("truncation_cutoff"), options["training"])
        image, _ = module.synthesis(ws, options["noise_mode"])
        wanted = {k: v for k, v in module.named_parameters()
                  if k in ("mapping.fc0.weight", "synthesis.b4.const", "synthesis.b8.conv0.weight",
                           "synthesis.b16.conv1.affine.weight", "synthesis.b8.torgb.weight",
                           "synthesis.b16.conv0.noise_strength")}
        if options["noise_mode"] == "none":
            wanted.pop("synthesis.b16.conv0.noise_strength")
        if size < 16:
            wanted["synthesis.b4.torgb.weight"] = module.synthesis.b4.torgb.weight
        found = {"output": image, "ws": ws, **second_order(image, inputs["probe"], z, {"z": z, **wanted})}
        if options["training"]:
            found["state.mapping.w_avg"] = module.mapping.w_avg
        return found

    group.add("models.stylegan2.generator", name, compute, inputs, {**settings, **options}, state)


def discriminator_case(group, component, name, settings, images):
    numbers = Numbers(component + name)
    state = weights_for(Discriminator(**settings), numbers)
    size = settings["img_resolution"]
    inputs = {"x": numbers.half(images, settings["img_channels"], size, size), "probe": numbers.normal(images)}
    if settings["c_dim"]:
        inputs["c"] = one_hot(numbers, images, settings["c_dim"])

    def compute(inputs, state, dtype):
        module = loaded(lambda: Discriminator(**settings), state, dtype)
        x = inputs["x"].requires_grad_()
        out = module(x, inputs.get("c"))
        wanted = {k: v for k, v in module.named_parameters()
                  if k in (f"b{min(size, 16)}.fromrgb.weight", "b8.conv1.weight", "b8.skip.weight", "b4.fc.weight",
                           "b4.conv.bias", "mapping.fc0.weight", f"b{size}.conv0.weight")}
        found = {"output": out.pop("logits")}
        found.update(second_order(found["output"], inputs["probe"], x, {"x": x, **wanted}))
        found.update(out)
        return found

    group.add(component, name, compute, inputs, settings, state)


# ---------------------------------------------------------------------------------------------
# Objectives


def objectives():
    group = Group("stylegan2_losses", "torch.nn.functional", inline=8, rtol=5e-4, atol=1e-4)
    for name in "few", "many":
        numbers = Numbers("losses.stylegan2 " + name)
        count = 3 if name == "few" else 7
        real, fake = numbers.normal(count, 1, scale=3), numbers.normal(count, 1, scale=3)

        def judge(inputs, state, dtype):
            r, f = inputs["real"].requires_grad_(), inputs["fake"].requires_grad_()
            loss = F.softplus(-r).mean() + F.softplus(f).mean()
            return {"loss": loss, **gradients(loss, real=r, fake=f)}

        def make(inputs, state, dtype):
            f = inputs["fake"].requires_grad_()
            loss = F.softplus(-f).mean()
            return {"loss": loss, **gradients(loss, fake=f)}

        group.add("losses.stylegan2.discriminator", name, judge, {"real": real, "fake": fake})
        group.add("losses.stylegan2.generator", name, make, {"fake": fake})
    gradient_penalty(group)
    path_length(group)
    group.write()


def gradient_penalty(group):
    for name, gamma, classes in ("small", 0.01, 0), ("large", 10.0, 0), ("conditional", 1.0, 3):
        settings = {**NETWORK, "c_dim": classes, "architecture": "resnet", "mbstd_group_size": 4}
        numbers = Numbers("r1 " + name)
        state = weights_for(Discriminator(**settings), numbers)
        inputs = {"real": numbers.half(4, 3, 16, 16)}
        if classes:
            inputs["c"] = one_hot(numbers, 4, classes)

        def compute(inputs, state, dtype):
            module = loaded(lambda: Discriminator(**settings), state, dtype)
            x = inputs["real"].requires_grad_()
            logits = module(x, inputs.get("c"))["logits"]
            grad, = torch.autograd.grad(logits.sum(), x, create_graph=True)
            loss = (grad.square().sum([1, 2, 3]) * (gamma / 2)).mean()
            wanted = {k: v for k, v in module.named_parameters() if k in (
                "b16.fromrgb.weight", "b16.skip.weight", "b8.conv1.weight", "b4.fc.weight", "b4.out.weight")}
            return {"loss": loss, **gradients(loss, **wanted)}

        group.add("regularizers.r1.stylegan2", name, compute, inputs, {**settings, "r1_gamma": gamma}, state)


def path_length(group):
    for name, mean, decay, weight in ("first", 0.0, 0.01, 2.0), ("later", 1.25, 0.1, 0.5):
        settings = {**NETWORK, "w_dim": 4}
        numbers = Numbers("pathlength " + name)
        whole = weights_for(Synthesis(**settings), numbers)
        inputs = {"ws": numbers.normal(2, 6, 4), "pl_mean": np.asarray(np.float32(mean)),
                  "pl_noise": numbers.half(2, 3, 16, 16, low=-2, high=2)}

        def compute(inputs, state, dtype):
            module = loaded(lambda: Synthesis(**settings), state, dtype)
            ws = inputs["ws"].requires_grad_()
            image, _ = module(ws, "const")
            noise = inputs["pl_noise"] / 16
            grad, = torch.autograd.grad((image * noise).sum(), ws, create_graph=True)
            lengths = grad.square().sum(2).mean(1).sqrt()
            moved = inputs["pl_mean"] + decay * (lengths.mean() - inputs["pl_mean"])
            loss = ((lengths - moved).square() * weight).mean()
            wanted = {k: v for k, v in module.named_parameters() if k in (
                "b4.const", "b8.conv0.weight", "b16.conv1.affine.weight", "b16.torgb.weight")}
            return {"loss": loss, "lengths": lengths, "pl_mean": moved, **gradients(loss, ws=ws, **wanted)}

        group.add("regularizers.pathlength", name, compute, inputs,
                  {**settings, "pl_weight": weight, "pl_decay": decay, "noise_mode": "const"}, whole)


# ---------------------------------------------------------------------------------------------
# GLeaD


def leading():
    group = Group("glead", "torch.nn", inline=8, rtol=5e-4, atol=1e-4)
    branch = dict(c_dim=0, architecture="resnet", mbstd_group_size=2, w_dim=4)
    for name, change in {
            "reconstruction": dict(decoder_res=8, glead_res_g=8, decoder_out_channel=512),
            "larger": dict(decoder_res=16, glead_res_g=8, decoder_out_channel=512),
            "features": dict(decoder_res=16, glead_res_g=16, decoder_out_channel=0),
            "projection": dict(decoder_res=16, decoder_out_channel=5, decoder_conv_kernel_size=3),
    }.items():
        discriminator_case(group, "models.glead.discriminator", name, {**NETWORK, **branch, **change}, 2)
    from_features(group)
    for name, kind, weight in ("pixels", "mse", 10.0), ("cosine", "cos", 3.0):
        numbers = Numbers("losses.glead " + name)

        def compare(inputs, state, dtype):
            source, target = (inputs[k].requires_grad_() for k in ("source", "target"))
            loss = weight * distance(kind, source, target)
            return {"loss": loss, **gradients(loss, source=source, target=target)}

        group.add("losses.glead.distance", name, compare,
                  {"source": numbers.normal(2, 3, 4, 4), "target": numbers.normal(2, 3, 4, 4)},
                  {"loss": kind, "weight": weight})
    for name, target, kind, decoder in (
            ("real", "gfwimage", "mse", dict(decoder_res=8, glead_res_g=8, decoder_out_channel=512)),
            ("smaller", "gfwimage", "cos", dict(decoder_res=16, glead_res_g=8, decoder_out_channel=512)),
            ("features", "gfeat", "cos", dict(decoder_res=16, glead_res_g=16, decoder_out_channel=0))):
        task_case(group, name, target, kind, {**branch, **decoder})
    group.write()


def distance(kind, source, target):
    if kind == "mse":
        return (source - target).square().mean()
    cosine = (source * target).sum(1) / (source.square().sum(1) * target.square().sum(1)).sqrt()
    return 1 - cosine.mean()


def from_features(group):
    settings = {**NETWORK, "w_dim": 4}
    for start in 4, 8:
        numbers = Numbers(f"glead synthesis {start}")
        inputs = {"features": numbers.normal(2, 4, start, start), "image": numbers.normal(2, 3, start, start),
                  "ws": numbers.normal(2, 2 * (4 // (start // 4)).bit_length() - 1, 4),
                  "probe": numbers.half(2, 3, 16, 16)}

        def compute(inputs, state, dtype):
            module = loaded(lambda: Synthesis(**settings), state, dtype)
            given = {k: inputs[k].requires_grad_() for k in ("features", "image", "ws")}
            image, _ = module(given["ws"], "const", given["features"], given["image"])
            wanted = {k: v for k, v in module.named_parameters() if k.startswith("b16") and "weight" in k}
            return {"output": image, **second_order(image, inputs["probe"], given["features"], {**given, **wanted})}

        group.add("models.glead.synthesis", f"from_{start}", compute, inputs,
                  {**settings, "noise_mode": "const"}, weights_for(Synthesis(**settings), numbers))


def task_case(group, name, target, kind, decoder):
    d, g = {**NETWORK, **decoder}, {**NETWORK, "w_dim": 4}
    numbers = Numbers("glead task " + name)
    state = {**{"D." + k: v for k, v in weights_for(Discriminator(**d), numbers).items()},
             **{"G." + k: v for k, v in weights_for(Synthesis(**g), numbers).items()}}
    inputs = {"x": numbers.half(2, 3, 16, 16)}
    if target == "gfeat":
        inputs["gfeat"] = numbers.normal(2, 3, 16, 16)

    def part(state, prefix):
        return {k[2:]: v for k, v in state.items() if k.startswith(prefix)}

    def compute(inputs, state, dtype):
        judge = loaded(lambda: Discriminator(**d), part(state, "D."), dtype)
        make = loaded(lambda: Synthesis(**g), part(state, "G."), dtype)
        out = judge(inputs["x"], None)
        found = {}
        size = d["glead_res_g"]
        if target == "gfwimage":
            f, img = (v if v.shape[-1] == size else F.interpolate(
                v, (size, size), mode="bilinear", align_corners=False) for v in (out["features"], out["image"]))
            ws = out["ws"][:, None].repeat(1, 2 * (16 // size).bit_length() - 1, 1)
            remade, _ = make(ws, "none", f, img)
            found["remade"] = remade
            loss = 10.0 * distance(kind, remade, inputs["x"])
        else:
            loss = 10.0 * distance(kind, out["features"], inputs["gfeat"])
        wanted = {"D." + k: v for k, v in judge.named_parameters() if not k.startswith("b4.")}
        return {"loss": loss, **found, **gradients(loss, **wanted)}

    group.add("losses.glead.task", name, compute, inputs,
              {**d, "target": target, "loss": kind, "weight": 10.0}, state)


def write():
    operations()
    networks()
    objectives()
    leading()
