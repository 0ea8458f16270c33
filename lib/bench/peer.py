"""The steps of StepTime.java in plain PyTorch, for comparison.

    peer.py ROW WARMUP STEPS THREADS [FORM]   times a step and prints the fields that StepTime prints
    peer.py versions                          prints what was measured with

FORM is what people write: eager, the default; channels-last, images and kernels in that layout; or
compiled, channels last and torch.compile, from PyTorch 2.3 on and with a compiler of C++. Networks
whose gradients are themselves differentiated cannot be compiled and are left eager; a row that has
only such networks exits with status 3, as does compiled where there is no torch.compile.

Needs PyTorch 1.13 or newer and nothing else. Gradients are taken for the player whose turn it is
only, as in the library; the images lie on the device before the first step.
"""

import math
import re
import sys
import time

import torch
from resident import peak_mebibytes
from torch import nn
from torch.nn import functional as F


FORMS = ("eager", "channels-last", "compiled")
form = FORMS[0]
low = False  # whether networks run under autocast to bfloat16
compiled = 0  # how many networks are


def formed(network, twice=False):
    """A network in the form that is measured; twice: its gradients are differentiated."""
    global compiled
    if form != "eager":
        network.to(memory_format=torch.channels_last)
    if low:
        network.forward = autocasted(network.forward)
    if form == "compiled" and not twice:
        network.compile()
        compiled += 1
    return network


def autocasted(forward):
    """A forward pass under autocast, whose results are float32."""

    def low_forward(*inputs):
        with torch.autocast("cpu", torch.bfloat16):
            results = forward(*inputs)
        if isinstance(results, torch.Tensor):
            return results.float()
        return tuple(result.float() for result in results)

    return low_forward


def real_images(*shape):
    """Images in [-1, 1), in the layout that is measured."""
    images = torch.rand(*shape) * 2 - 1
    return images if form == "eager" else images.to(memory_format=torch.channels_last)


class Average:
    """Weights that follow a network's: average = decay average + (1 - decay) weight."""

    def __init__(self, network, decay):
        self.parameters = list(network.parameters())
        self.buffers = list(network.buffers())
        self.decay = decay
        self.average = [p.detach().clone() for p in self.parameters]
        self.average_buffers = [b.clone() for b in self.buffers]

    @torch.no_grad()
    def follow(self):
        torch._foreach_mul_(self.average, self.decay)
        torch._foreach_add_(self.average, self.parameters, alpha=1 - self.decay)
        for average, buffer in zip(self.average_buffers, self.buffers):
            average.copy_(buffer)


def adam(network, rate=2e-4, betas=(0.5, 0.999)):
    """Adam by the fastest implementation of this PyTorch on the CPU."""
    fused = tuple(int(n) for n in re.findall(r"\d+", torch.__version__)[:2]) >= (2, 4)
    kind = {"fused": True} if fused else {"foreach": False}
    return torch.optim.Adam(network.parameters(), lr=rate, betas=betas, **kind)


class Momentum:
    """Gradient descent with the rate and momentum of the conditional GAN's paper."""

    def __init__(self, network):
        self.optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.5, foreach=True)
        self.steps = 0

    def step(self):
        group = self.optimizer.param_groups[0]
        group["lr"] = max(1e-6, 0.1 * 1.00004**-self.steps)
        group["momentum"] = min(0.7, 0.5 + 0.2 * self.steps / 125_000)
        self.steps += 1
        self.optimizer.step()


def learn(network, optimizer, loss):
    """Changes one network only: no gradient is computed for the other's weights."""
    parameters = list(network.parameters())
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
        parameter.grad = gradient
    optimizer.step()


def discriminator_loss(real, fake):
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def generator_loss(fake):
    return F.softplus(-fake).mean()


class DcganGenerator(nn.Sequential):
    def __init__(self, latent, width, channels, resolution):
        stages = int(math.log2(resolution)) - 2
        layers, inputs = [], latent
        for stage in reversed(range(stages)):
            out = width << stage
            first = stage == stages - 1
            stride, padding = (1, 0) if first else (2, 1)
            layers += [
                nn.ConvTranspose2d(inputs, out, 4, stride, padding, bias=False),
                nn.BatchNorm2d(out),
                nn.ReLU(),
            ]
            inputs = out
        layers += [nn.ConvTranspose2d(inputs, channels, 4, 2, 1, bias=False), nn.Tanh()]
        super().__init__(*layers)


class DcganDiscriminator(nn.Sequential):
    def __init__(self, width, channels, resolution):
        stages = int(math.log2(resolution)) - 2
        layers = [nn.Conv2d(channels, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2)]
        for stage in range(1, stages):
            before, out = width << (stage - 1), width << stage
            layers += [
                nn.Conv2d(before, out, 4, 2, 1, bias=False),
                nn.BatchNorm2d(out),
                nn.LeakyReLU(0.2),
            ]
        layers += [nn.Conv2d(width << (stages - 1), 1, 4, bias=False), nn.Flatten(0)]
        super().__init__(*layers)


def dcgan_weights(module):
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1, 0.02)


def dcgan(resolution, batch):
    """One step of the DCGAN pair: D, G, average."""
    g = formed(DcganGenerator(100, 64, 3, resolution).apply(dcgan_weights))
    d = formed(DcganDiscriminator(64, 3, resolution).apply(dcgan_weights))
    g_optimizer, d_optimizer = adam(g), adam(d)
    average = Average(g, 0.999)
    images = real_images(batch, 3, resolution, resolution)

    def generate():
        return g(torch.randn(batch, 100, 1, 1))

    def step():
        with torch.no_grad():
            generated = generate()
        learn(d, d_optimizer, discriminator_loss(d(images), d(generated)))
        learn(g, g_optimizer, generator_loss(d(generate())))
        average.follow()

    return step


class Maxout(nn.Module):
    def __init__(self, inputs, units, pieces):
        super().__init__()
        self.linear = nn.Linear(inputs, units * pieces)
        self.shape = (-1, units, pieces)

    def forward(self, x):
        return self.linear(x).reshape(self.shape).amax(2)


class CganGenerator(nn.Module):
    def __init__(self, classes, pixels, sizes, dropout, batch_norm):
        super().__init__()
        z, y, joint = sizes

        def hidden(inputs, units):
            layers = [nn.Linear(inputs, units)]
            layers += [nn.BatchNorm1d(units)] if batch_norm else []
            layers += [nn.ReLU()]
            layers += [nn.Dropout(dropout)] if dropout else []
            return nn.Sequential(*layers)

        self.classes = classes
        self.z = hidden(100, z)
        self.y = hidden(classes, y)
        self.joint = hidden(z + y, joint)
        self.out = nn.Linear(joint, pixels)

    def forward(self, z, labels):
        y = F.one_hot(labels, self.classes).float()
        joint = self.joint(torch.cat([self.z(z), self.y(y)], 1))
        return torch.sigmoid(self.out(joint)) * 2 - 1


class CganDiscriminator(nn.Module):
    def __init__(self, classes, pixels, sizes, dropout):
        super().__init__()

        def hidden(inputs, units, pieces):
            layers = [Maxout(inputs, units, pieces)]
            layers += [nn.Dropout(dropout)] if dropout else []
            return nn.Sequential(*layers)

        (x, y, joint) = sizes
        self.classes = classes
        self.x = hidden(pixels, *x)
        self.y = hidden(classes, *y)
        self.joint = hidden(x[0] + y[0], *joint)
        self.out = nn.Linear(joint[0], 1)

    def forward(self, images, labels):
        x = self.x((images + 1) / 2)
        y = self.y(F.one_hot(labels, self.classes).float())
        return self.out(self.joint(torch.cat([x, y], 1))).reshape(-1)


def r1(real, images, gamma):
    """gamma / 2 times the mean squared norm of the gradient with respect to the images."""
    (gradient,) = torch.autograd.grad(real.sum(), images, create_graph=True)
    return gradient.square().sum() * (gamma / 2 / len(images))


BATCH, CLASSES, PIXELS = 100, 10, 28 * 28


def cgan(g, d, optimizer, matching_aware=False, gamma=None, decay=None):
    """One step of the conditional GAN on 28x28 grey images of 10 classes, 100 at a time."""
    formed(g), formed(d, twice=gamma is not None)
    g_optimizer, d_optimizer = optimizer(g), optimizer(d)
    average = Average(g, decay) if decay else None
    images = torch.rand(BATCH, PIXELS) * 2 - 1
    labels = torch.randint(CLASSES, (BATCH,))

    def generate(y):
        return g(torch.rand(BATCH, 100), y)

    def step():
        with torch.no_grad():
            generated = generate(labels)
        x = images.clone().requires_grad_() if gamma else images
        real = d(x, labels)
        fake = d(generated, labels)
        if matching_aware:
            wrong = (labels + torch.randint(1, CLASSES, (BATCH,))) % CLASSES
            fake = torch.cat([fake, d(images, wrong)])
        loss = discriminator_loss(real, fake)
        learn(d, d_optimizer, loss + r1(real, x, gamma) if gamma else loss)
        y = torch.randint(CLASSES, (BATCH,))
        learn(g, g_optimizer, generator_loss(d(generate(y), y)))
        if average:
            average.follow()

    return step


def cgan_quick():
    g = CganGenerator(CLASSES, PIXELS, (200, 200, 512), dropout=0, batch_norm=True)
    d = CganDiscriminator(CLASSES, PIXELS, ((128, 3), (128, 3), (128, 3)), dropout=0)
    return cgan(g, d, adam, matching_aware=True, gamma=0.2, decay=0.998)


def cgan_paper():
    g = CganGenerator(CLASSES, PIXELS, (200, 1000, 1200), dropout=0.5, batch_norm=False)
    d = CganDiscriminator(CLASSES, PIXELS, ((240, 5), (50, 5), (240, 4)), dropout=0.5)
    return cgan(g, d, Momentum)


class Spectral(nn.Module):
    """A weight over its largest singular value, as BigGAN's code estimates it: one power iteration,
    and gradients through the value."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer
        self.register_buffer("u", torch.randn(1, layer.weight.shape[0]))

    def weight(self):
        w = self.layer.weight.flatten(1)
        with torch.no_grad():
            v = F.normalize(self.u @ w, eps=1e-8)
            u = F.normalize(v @ w.t(), eps=1e-8)
            self.u.copy_(u)
        return self.layer.weight / (v @ w.t() @ u.t()).squeeze()


class SpectralConv(Spectral):
    def __init__(self, inputs, outputs, kernel):
        super().__init__(nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2))

    def forward(self, x):
        return F.conv2d(x, self.weight(), self.layer.bias, padding=self.layer.padding)


class SpectralLinear(Spectral):
    def __init__(self, inputs, outputs, bias=True):
        super().__init__(nn.Linear(inputs, outputs, bias))

    def forward(self, x):
        return F.linear(x, self.weight(), self.layer.bias)


class ClassNorm(nn.Module):
    """Batch normalisation with a gain and a shift for each class."""

    def __init__(self, channels, classes):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.gain = nn.Embedding(classes, channels)
        self.bias = nn.Embedding(classes, channels)

    def forward(self, x, y):
        gain = (1 + self.gain(y))[:, :, None, None]
        return self.norm(x) * gain + self.bias(y)[:, :, None, None]


class LinearNorm(nn.Module):
    """Batch normalisation whose gain and shift are linear in a condition."""

    def __init__(self, channels, condition):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.gain = SpectralLinear(condition, channels, bias=False)
        self.bias = SpectralLinear(condition, channels, bias=False)

    def forward(self, x, y):
        gain = (1 + self.gain(y))[:, :, None, None]
        return self.norm(x) * gain + self.bias(y)[:, :, None, None]


class GBlock(nn.Module):
    def __init__(self, inputs, width, norm):
        super().__init__()
        self.bn1, self.bn2 = norm(inputs), norm(width)
        self.conv1, self.conv2 = SpectralConv(inputs, width, 3), SpectralConv(width, width, 3)
        self.shortcut = SpectralConv(inputs, width, 1)

    def forward(self, x, y):
        h = F.interpolate(F.relu(self.bn1(x, y)), scale_factor=2)
        h = self.conv2(F.relu(self.bn2(self.conv1(h), y)))
        return h + self.shortcut(F.interpolate(x, scale_factor=2))


class BigGanGenerator(nn.Module):
    """Widths before the first block and after each; with a shared embedding of the classes, each
    block has a part of z."""

    def __init__(self, widths, latent, classes, shared=0):
        super().__init__()
        self.parts = len(widths) if shared else 1
        part = latent // self.parts
        self.shared = nn.Embedding(classes, shared) if shared else None

        def norm(width):
            return LinearNorm(width, shared + part) if shared else ClassNorm(width, classes)

        self.linear = SpectralLinear(part, widths[0] * 16)
        self.blocks = nn.ModuleList(GBlock(a, b, norm) for a, b in zip(widths, widths[1:]))
        self.norm = nn.BatchNorm2d(widths[-1])
        self.out = SpectralConv(widths[-1], 3, 3)

    def forward(self, z, y):
        first, *rest = z.chunk(self.parts, 1)
        conditions = [y] * len(self.blocks)
        if self.shared:
            embedded = self.shared(y)
            conditions = [torch.cat([embedded, part], 1) for part in rest]
        h = self.linear(first).view(len(z), -1, 4, 4)
        for block, condition in zip(self.blocks, conditions):
            h = block(h, condition)
        return torch.tanh(self.out(F.relu(self.norm(h))))


class DBlock(nn.Module):
    def __init__(self, inputs, width, first, downsample):
        super().__init__()
        self.first, self.downsample = first, downsample
        self.conv1, self.conv2 = SpectralConv(inputs, width, 3), SpectralConv(width, width, 3)
        changed = downsample or inputs != width
        self.shortcut = SpectralConv(inputs, width, 1) if changed else None

    def pooled(self, x):
        return F.avg_pool2d(x, 2) if self.downsample else x

    def forward(self, x):
        h = self.conv1(x if self.first else F.relu(x))
        h = self.pooled(self.conv2(F.relu(h)))
        if self.first:
            return h + self.shortcut(self.pooled(x))
        return h + (self.pooled(self.shortcut(x)) if self.shortcut else x)


class BigGanDiscriminator(nn.Module):
    """Logits, and those of the 2 K classes of ADC-GAN; widths are those after each block."""

    def __init__(self, widths, classes):
        super().__init__()
        pairs = zip([3, *widths], widths)
        self.blocks = nn.Sequential(*(DBlock(a, b, n == 0, n < 2) for n, (a, b) in enumerate(pairs)))
        self.linear = SpectralLinear(widths[-1], 1)
        self.classifier = SpectralLinear(widths[-1], 2 * classes)

    def forward(self, x):
        h = F.relu(self.blocks(x)).sum((2, 3))
        return self.linear(h).reshape(-1), self.classifier(h)


def biggan(g_widths, d_widths, latent, shared, batch, decay, rates):
    """One step of BigGAN's 32x32 networks with the losses of ADC-GAN: D, G, average.

    Their arrays of parameters have the shapes of ours: 1,218,307 numbers of G and 1,056,405 of D in
    the row biggan-32, 73,235 and 77,805 in biggan-32-small.
    """
    classes = 10
    g = formed(BigGanGenerator(g_widths, latent, classes, shared))
    d = formed(BigGanDiscriminator(d_widths, classes))
    g_optimizer, d_optimizer = adam(g, rates[0], (0.0, 0.999)), adam(d, rates[1], (0.0, 0.999))
    average = Average(g, decay)
    images = real_images(batch, 3, 32, 32)
    labels = torch.randint(classes, (batch,))

    def generate(y):
        return g(torch.randn(batch, latent), y)

    def step():
        y = torch.randint(classes, (batch,))
        with torch.no_grad():
            generated = generate(y)
        logits, heads = d(torch.cat([generated, images]))
        fake, real = logits.split(batch)
        fake_heads, real_heads = heads.split(batch)
        hinge = F.relu(1 - real).mean() + F.relu(1 + fake).mean()
        known = F.cross_entropy(real_heads, 2 * labels) + F.cross_entropy(fake_heads, 2 * y + 1)
        learn(d, d_optimizer, hinge + known)
        y = torch.randint(classes, (batch,))
        fake, heads = d(generate(y))
        known = F.cross_entropy(heads, 2 * y) - F.cross_entropy(heads, 2 * y + 1)
        learn(g, g_optimizer, known - fake.mean())
        average.follow()

    return step


class SpectralEmbedding(Spectral):
    def __init__(self, classes, width):
        super().__init__(nn.Embedding(classes, width))

    def forward(self, y):
        return F.embedding(y, self.weight())


class UpBlock(nn.Module):
    """BigGAN's block of the generator without normalisation, in U-Net GAN's decoder."""

    def __init__(self, inputs, width):
        super().__init__()
        self.conv1, self.conv2 = SpectralConv(inputs, width, 3), SpectralConv(width, width, 3)
        self.shortcut = SpectralConv(inputs, width, 1)

    def forward(self, x):
        h = self.conv1(F.interpolate(F.relu(x), scale_factor=2))
        return self.conv2(F.relu(h)) + self.shortcut(F.interpolate(x, scale_factor=2))


class UNetDiscriminator(nn.Module):
    """A logit of each image, and one of each pixel, both with a projection of the class."""

    def __init__(self, width, classes):
        super().__init__()
        self.down = nn.ModuleList(DBlock(3 if i == 0 else width, width, i == 0, True) for i in range(3))
        self.up = nn.ModuleList(UpBlock(width if i == 0 else 2 * width, width) for i in range(3))
        self.pixels = nn.Conv2d(width, 1, 1)
        self.middle = SpectralLinear(width, 1)
        self.embed_middle = SpectralEmbedding(classes, width)
        self.embed = SpectralEmbedding(classes, width)

    def forward(self, x, y):
        maps = []
        for block in self.down:
            x = block(x)
            maps.append(x)
        pooled = F.relu(x).sum((2, 3))
        middle = self.middle(pooled).reshape(-1) + (self.embed_middle(y) * pooled).sum(1)
        x = self.up[0](x)
        for block, skip in zip(self.up[1:], (maps[1], maps[0])):
            x = block(torch.cat([x, skip], 1))
        projection = (self.embed(y)[:, :, None, None] * x).sum(1, keepdim=True)
        return middle, self.pixels(x) + projection


def cutmix_masks(count, size):
    """1 where a pixel is real: a box, or all but the box."""
    half = (size * torch.sqrt(1 - torch.rand(count, 1, 1, 1))).floor().div(2).floor()
    x, y = torch.randint(size, (2, count, 1, 1, 1))
    rows, columns = torch.arange(size).view(1, 1, -1, 1), torch.arange(size).view(1, 1, 1, -1)
    box = (rows >= x - half) & (rows < x + half) & (columns >= y - half) & (columns < y + half)
    return (~box ^ (torch.rand(count, 1, 1, 1) > 0.5)).float()


def unet_gan(latent, width, batch, rates):
    """One step of U-Net GAN at 32x32: D with all terms, of mixed images too, G, average.

    Its arrays of parameters have the shapes of ours: 129,475 numbers of G and 129,218 of D.
    """
    classes = 10
    g = formed(BigGanGenerator([4 * width] * 4, latent, classes))
    d = formed(UNetDiscriminator(4 * width, classes))
    g_optimizer, d_optimizer = adam(g, rates[0], (0.0, 0.999)), adam(d, rates[1], (0.0, 0.999))
    average = Average(g, 0.995)
    images = real_images(batch, 3, 32, 32)
    labels = torch.randint(classes, (batch,))

    def step():
        with torch.no_grad():
            generated = g(torch.randn(batch, latent), labels)
            mask = cutmix_masks(batch, 32)
            mixed = mask * images + (1 - mask) * generated
        middle, pixels = d(torch.cat([generated, images, mixed]), torch.cat([labels] * 3))
        fake, real, of_mixed = middle.split(batch)
        fake_map, real_map, mixed_map = pixels.split(batch)
        loss = discriminator_loss(real, fake) + discriminator_loss(real_map, fake_map)
        cutmix = F.softplus(of_mixed).mean() + F.binary_cross_entropy_with_logits(mixed_map, mask)
        consistency = F.mse_loss(mixed_map, mask * real_map + (1 - mask) * fake_map)
        learn(d, d_optimizer, loss + cutmix + consistency)
        y = torch.randint(classes, (batch,))
        middle, pixels = d(g(torch.randn(batch, latent), y), y)
        learn(g, g_optimizer, generator_loss(middle) + generator_loss(pixels))
        average.follow()

    return step


def spectral(layer):
    """PyTorch's own spectral normalisation, with the epsilon of StudioGAN."""
    return nn.utils.spectral_norm(layer, eps=1e-6)


def conv(inputs, outputs, kernel, bias=True):
    return spectral(nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=bias))


class OneHotNorm(nn.Module):
    """Batch normalisation with a gain and a shift that are linear in the one-hot label."""

    def __init__(self, channels, classes):
        super().__init__()
        self.bn = nn.BatchNorm2d(channels, eps=1e-4, affine=False)
        self.gain = spectral(nn.Linear(classes, channels, bias=False))
        self.bias = spectral(nn.Linear(classes, channels, bias=False))

    def forward(self, x, y):
        gain = (1 + self.gain(y))[:, :, None, None]
        return self.bn(x) * gain + self.bias(y)[:, :, None, None]


class Attention(nn.Module):
    """Self-attention with pooled keys and values, and a factor that is 0 at first."""

    def __init__(self, channels):
        super().__init__()
        self.conv1x1_theta = conv(channels, channels // 8, 1, bias=False)
        self.conv1x1_phi = conv(channels, channels // 8, 1, bias=False)
        self.conv1x1_g = conv(channels, channels // 2, 1, bias=False)
        self.conv1x1_attn = conv(channels // 2, channels, 1, bias=False)
        self.sigma = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        theta = self.conv1x1_theta(x).flatten(2)
        phi = F.max_pool2d(self.conv1x1_phi(x), 2).flatten(2)
        g = F.max_pool2d(self.conv1x1_g(x), 2).flatten(2)
        beta = torch.softmax(theta.transpose(1, 2) @ phi, -1)
        mixed = (g @ beta.transpose(1, 2)).view(len(x), -1, *x.shape[2:])
        return x + self.sigma * self.conv1x1_attn(mixed)


class SaganGBlock(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        self.bn1, self.bn2 = OneHotNorm(width, classes), OneHotNorm(width, classes)
        self.conv2d0 = conv(width, width, 1)
        self.conv2d1, self.conv2d2 = conv(width, width, 3), conv(width, width, 3)

    def forward(self, x, y):
        h = F.interpolate(F.relu(self.bn1(x, y)), scale_factor=2)
        h = self.conv2d2(F.relu(self.bn2(self.conv2d1(h), y)))
        return h + self.conv2d0(F.interpolate(x, scale_factor=2))


class SaganGenerator(nn.Module):
    """Attention after the second of three blocks."""

    def __init__(self, latent, width, classes):
        super().__init__()
        self.classes = classes
        self.linear0 = spectral(nn.Linear(latent, width * 16))
        stages = [SaganGBlock(width, classes) for _ in range(3)]
        stages.insert(2, Attention(width))
        self.blocks = nn.ModuleList(nn.ModuleList([stage]) for stage in stages)
        self.bn4 = nn.BatchNorm2d(width, eps=1e-4)
        self.conv2d5 = conv(width, 3, 3)

    def forward(self, z, labels):
        y = F.one_hot(labels, self.classes).float()
        h = self.linear0(z).view(len(z), -1, 4, 4)
        for (stage,) in self.blocks:
            h = stage(h) if isinstance(stage, Attention) else stage(h, y)
        return torch.tanh(self.conv2d5(F.relu(self.bn4(h))))


class SaganDBlock(nn.Module):
    """The first ReLU is in place, so that the shortcut passes it too."""

    def __init__(self, inputs, width, first, downsample):
        super().__init__()
        self.first, self.downsample = first, downsample
        self.conv2d0 = conv(inputs, width, 1) if downsample else None
        self.conv2d1, self.conv2d2 = conv(inputs, width, 3), conv(width, width, 3)

    def pooled(self, x):
        return F.avg_pool2d(x, 2) if self.downsample else x

    def forward(self, x):
        x = x if self.first else F.relu(x)
        h = self.pooled(self.conv2d2(F.relu(self.conv2d1(x))))
        if self.first:
            return h + self.conv2d0(self.pooled(x))
        return h + (self.pooled(self.conv2d0(x)) if self.conv2d0 else x)


class SaganDiscriminator(nn.Module):
    """Attention after the first of four blocks; logits with the projection of the class."""

    def __init__(self, width, classes):
        super().__init__()
        places = [(3, True, True), (width, False, True), (width, False, False), (width, False, False)]
        stages = [SaganDBlock(inputs, width, first, down) for inputs, first, down in places]
        stages.insert(1, Attention(width))
        self.blocks = nn.Sequential(*(nn.Sequential(stage) for stage in stages))
        self.linear1 = spectral(nn.Linear(width, 1))
        self.embedding = spectral(nn.Embedding(classes, width))

    def forward(self, x, y):
        h = F.relu(self.blocks(x)).sum((2, 3))
        return self.linear1(h).reshape(-1) + (self.embedding(y) * h).sum(1)


def sagan(latent, width, batch, rates):
    """One step of SAGAN's 32x32 networks: D, G."""
    classes = 10
    g = formed(SaganGenerator(latent, 4 * width, classes))
    d = formed(SaganDiscriminator(2 * width, classes))
    g_optimizer, d_optimizer = adam(g, rates[0], (0.5, 0.999)), adam(d, rates[1], (0.5, 0.999))
    images = real_images(batch, 3, 32, 32)
    labels = torch.randint(classes, (batch,))

    def step():
        y = torch.randint(classes, (batch,))
        with torch.no_grad():
            generated = g(torch.randn(batch, latent), y)
        logits = d(torch.cat([generated, images]), torch.cat([y, labels]))
        fake, real = logits.split(batch)
        learn(d, d_optimizer, F.relu(1 - real).mean() + F.relu(1 + fake).mean())
        y = torch.randint(classes, (batch,))
        learn(g, g_optimizer, -d(g(torch.randn(batch, latent), y), y).mean())

    return step


class ResidualUp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.bn1, self.bn2 = nn.BatchNorm2d(width), nn.BatchNorm2d(width)
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        self.shortcut = nn.Conv2d(width, width, 1)

    def forward(self, x):
        h = self.conv1(F.interpolate(F.relu(self.bn1(x)), scale_factor=2))
        h = self.conv2(F.relu(self.bn2(h)))
        return h + self.shortcut(F.interpolate(x, scale_factor=2))


class WganGpGenerator(nn.Module):
    def __init__(self, latent, width):
        super().__init__()
        self.linear = nn.Linear(latent, width * 16)
        self.blocks = nn.Sequential(*(ResidualUp(width) for _ in range(3)))
        self.norm = nn.BatchNorm2d(width)
        self.out = nn.Conv2d(width, 3, 3, padding=1)

    def forward(self, z):
        h = self.blocks(self.linear(z).view(len(z), -1, 4, 4))
        return torch.tanh(self.out(F.relu(self.norm(h))))


class ResidualDown(nn.Module):
    def __init__(self, inputs, width, first, downsample):
        super().__init__()
        self.first, self.downsample = first, downsample
        self.conv1 = nn.Conv2d(inputs, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        self.shortcut = nn.Conv2d(inputs, width, 1) if downsample else None

    def pooled(self, x):
        return F.avg_pool2d(x, 2) if self.downsample else x

    def forward(self, x):
        h = self.conv1(x if self.first else F.relu(x))
        h = self.pooled(self.conv2(F.relu(h)))
        if self.first:
            return h + self.shortcut(self.pooled(x))
        return h + (self.pooled(self.shortcut(x)) if self.shortcut else x)


class WganGpCritic(nn.Module):
    def __init__(self, width):
        super().__init__()
        places = [(3, True, True), (width, False, True), (width, False, False), (width, False, False)]
        self.blocks = nn.Sequential(*(ResidualDown(i, width, f, down) for i, f, down in places))
        self.linear = nn.Linear(width, 1)

    def forward(self, x):
        return self.linear(F.relu(self.blocks(x)).mean((2, 3))).reshape(-1)


def wgan_gp(latent, width, batch, critic_updates):
    """One step of WGAN-GP's residual networks: the critic several times, G.

    Its arrays of parameters have the shapes of ours: 126,019 numbers of G and 66,849 of D.
    """
    g, d = formed(WganGpGenerator(latent, width)), formed(WganGpCritic(width), twice=True)
    g_optimizer, d_optimizer = adam(g, 2e-4, (0.0, 0.9)), adam(d, 2e-4, (0.0, 0.9))
    images = real_images(batch, 3, 32, 32)

    def penalty(generated):
        e = torch.rand(batch, 1, 1, 1)
        x = (e * images + (1 - e) * generated).requires_grad_()
        (gradient,) = torch.autograd.grad(d(x).sum(), x, create_graph=True)
        return 10 * (gradient.flatten(1).norm(dim=1) - 1).square().mean()

    def step():
        for _ in range(critic_updates):
            with torch.no_grad():
                generated = g(torch.randn(batch, latent))
            fake, real = d(torch.cat([generated, images])).split(batch)
            learn(d, d_optimizer, fake.mean() - real.mean() + penalty(generated))
        learn(g, g_optimizer, -d(g(torch.randn(batch, latent))).mean())

    return step


def normed(layer, channels, activation):
    return [layer, nn.InstanceNorm2d(channels), activation]


class TranslationBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = nn.Sequential(
            nn.ReflectionPad2d(1),
            *normed(nn.Conv2d(width, width, 3), width, nn.ReLU()),
            nn.ReflectionPad2d(1),
            *normed(nn.Conv2d(width, width, 3), width, nn.Identity()),
        )

    def forward(self, x):
        return x + self.layers(x)


def translation_generator(inputs, outputs, width, blocks):
    down = [(width, 2 * width), (2 * width, 4 * width)]
    up = [(4 * width, 2 * width), (2 * width, width)]
    layers = [nn.ReflectionPad2d(3), *normed(nn.Conv2d(inputs, width, 7), width, nn.ReLU())]
    for i, o in down:
        layers += normed(nn.Conv2d(i, o, 3, 2, 1), o, nn.ReLU())
    layers += [TranslationBlock(4 * width) for _ in range(blocks)]
    for i, o in up:
        layers += normed(nn.ConvTranspose2d(i, o, 3, 2, 1, 1), o, nn.ReLU())
    layers += [nn.ReflectionPad2d(3), nn.Conv2d(width, outputs, 7), nn.Tanh()]
    return nn.Sequential(*layers)


def patch_discriminator(inputs, width):
    layers = [nn.Conv2d(inputs, width, 4, 2, 1), nn.LeakyReLU(0.2)]
    for i, o, stride in [(1, 2, 2), (2, 4, 2), (4, 8, 1)]:
        layers += normed(nn.Conv2d(i * width, o * width, 4, stride, 1), o * width, nn.LeakyReLU(0.2))
    return nn.Sequential(*layers, nn.Conv2d(8 * width, 1, 4, 1, 1))


class Pool:
    """Generated images, of which some are shown in place of the newest."""

    def __init__(self, size):
        self.size, self.images = size, []

    def shown(self, images):
        shown = []
        for image in images.detach():
            if len(self.images) < self.size:
                self.images.append(image)
            elif torch.rand(()) > 0.5:
                i = int(torch.randint(self.size, ()))
                self.images[i], image = image, self.images[i]
            shown.append(image)
        return torch.stack(shown)


def csgan(size, width, blocks, batch):
    """One step of CSGAN: both generators, both discriminators.

    Its arrays of parameters have the shapes of ours: 2,847,427 numbers of G_AB, 2,847,425 of G_BA,
    693,217 of D_A and 694,241 of D_B.
    """
    ab = formed(translation_generator(1, 3, width, blocks))
    ba = formed(translation_generator(3, 1, width, blocks))
    d_a, d_b = formed(patch_discriminator(1, width)), formed(patch_discriminator(3, width))
    generators, discriminators = nn.ModuleList([ab, ba]), nn.ModuleList([d_a, d_b])
    g_optimizer, d_optimizer = adam(generators), adam(discriminators)
    a, b = (real_images(batch, channels, size, size) for channels in (1, 3))
    pool_a, pool_b = Pool(50), Pool(50)

    def judged(d, real, fake):
        return ((d(real) - 1).square().mean() + d(fake).square().mean()) / 2

    def step():
        fake_b, fake_a = ab(a), ba(b)
        cycled_a, cycled_b = ba(fake_b), ab(fake_a)
        adversarial = (d_b(fake_b) - 1).square().mean() + (d_a(fake_a) - 1).square().mean()
        cycle = F.l1_loss(cycled_a, a) + F.l1_loss(cycled_b, b)
        synthesized = F.l1_loss(fake_a, cycled_a) + F.l1_loss(fake_b, cycled_b)
        learn(generators, g_optimizer, adversarial + 10 * cycle + 30 * synthesized)
        shown_a, shown_b = pool_a.shown(fake_a), pool_b.shown(fake_b)
        loss = judged(d_a, a, shown_a) + judged(d_b, b, shown_b)
        learn(discriminators, d_optimizer, loss)

    return step


def sampling():
    """A thousand images from BigGAN's generator, a hundred at a time."""
    g = formed(BigGanGenerator([128] * 4, 128, 10).eval())

    @torch.no_grad()
    def step():
        for _ in range(10):
            g(torch.randn(100, 128), torch.randint(10, (100,)))

    return step


FILTER = torch.tensor([1.0, 3.0, 3.0, 1.0])
LEAKY_GAIN, CLAMP = math.sqrt(2), 256


def upfirdn(x, taps, up=1, down=1, padding=(0, 0), gain=1):
    """Zeros between pixels and around them, the filter, every down-th pixel kept.

    Taps of one dimension are a filter along rows, then along columns.
    """
    n, c, h, w = x.shape
    before, after = padding
    if up > 1:
        x = F.pad(x.reshape(n, c, h, 1, w, 1), (0, up - 1, 0, 0, 0, up - 1))
        x = x.reshape(n, c, h * up, w * up)
    if before or after:
        x = F.pad(x, (before, after, before, after))
    filters = [taps] if taps.dim() == 2 else [taps[None], taps[:, None]]
    for taps in filters:
        taps = (taps * gain ** (1 / len(filters))).flip(0, 1)[None, None].expand(c, 1, -1, -1)
        x = F.conv2d(x, taps, groups=c)
    return x[:, :, ::down, ::down]


def leaky(x, gain=1.0):
    return (F.leaky_relu(x, 0.2) * (LEAKY_GAIN * gain)).clamp(-CLAMP * gain, CLAMP * gain)


class Filtered(nn.Module):
    def __init__(self):
        super().__init__()
        taps = torch.outer(FILTER, FILTER)
        self.register_buffer("taps", taps / taps.sum())


class StyleLinear(nn.Module):
    """A linear map with an equalised learning rate."""

    def __init__(self, inputs, outputs, active=False, rate=1.0, bias=0.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / rate)
        self.bias = nn.Parameter(torch.full((outputs,), bias))
        self.rate, self.active = rate, active

    def forward(self, x):
        weight = self.weight * (self.rate / math.sqrt(self.weight.shape[1]))
        x = F.linear(x, weight, self.bias * self.rate)
        return F.leaky_relu(x, 0.2) * LEAKY_GAIN if self.active else x


class StyleMapping(nn.Module):
    def __init__(self, width, layers):
        super().__init__()
        self.layers = nn.Sequential(
            *(StyleLinear(width, width, active=True, rate=0.01) for _ in range(layers))
        )
        self.register_buffer("average", torch.zeros(width))

    def forward(self, z, follow):
        w = self.layers(z * (z.square().mean(1, keepdim=True) + 1e-8).rsqrt())
        if follow:
            self.average.copy_(w.detach().mean(0).lerp(self.average, 0.995))
        return w


def modulated(x, weight, style, demodulate, convolution):
    """A weight for each image, all in one grouped convolution."""
    n, _, h, w = x.shape
    weight = weight[None] * style[:, None, :, None, None]
    if demodulate:
        norm = (weight.square().sum((2, 3, 4), keepdim=True) + 1e-8).rsqrt()
        weight = weight * norm
    x = convolution(x.reshape(1, -1, h, w), weight, n)
    return x.reshape(n, -1, *x.shape[2:])


def plain_convolution(x, weight, groups):
    return F.conv2d(x, weight.flatten(0, 1), padding=weight.shape[-1] // 2, groups=groups)


class StyleLayer(Filtered):
    def __init__(self, inputs, outputs, width, up):
        super().__init__()
        self.affine = StyleLinear(width, inputs, bias=1.0)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 3, 3))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.strength = nn.Parameter(torch.zeros(()))
        self.up = up

    def enlarging(self, x, weight, groups):
        weight = weight.transpose(1, 2).flatten(0, 1)
        x = F.conv_transpose2d(x, weight, stride=2, groups=groups)
        return upfirdn(x, self.taps, padding=(1, 1), gain=4)

    def forward(self, x, w):
        convolution = self.enlarging if self.up else plain_convolution
        x = modulated(x, self.weight, self.affine(w), True, convolution)
        x = x + torch.randn(len(x), 1, *x.shape[2:]) * self.strength
        return leaky(x + self.bias[:, None, None])


class StyleColours(nn.Module):
    def __init__(self, inputs, width):
        super().__init__()
        self.affine = StyleLinear(width, inputs, bias=1.0)
        self.weight = nn.Parameter(torch.randn(3, inputs, 1, 1))
        self.bias = nn.Parameter(torch.zeros(3))

    def forward(self, x, w):
        style = self.affine(w) * (1 / math.sqrt(self.weight.shape[1]))
        x = modulated(x, self.weight, style, False, plain_convolution)
        return (x + self.bias[:, None, None]).clamp(-CLAMP, CLAMP)


class StyleGenerator(Filtered):
    def __init__(self, resolution, channels, width, mapping_layers):
        super().__init__()
        blocks = int(math.log2(resolution)) - 1
        self.latent, self.copies = width, 2 * blocks
        self.mapping = StyleMapping(width, mapping_layers)
        self.constant = nn.Parameter(torch.randn(channels, 4, 4))
        self.layers = nn.ModuleList(
            StyleLayer(channels, channels, width, up=i % 2 == 1) for i in range(2 * blocks - 1)
        )
        self.colours = nn.ModuleList(StyleColours(channels, width) for _ in range(blocks))

    def styles(self, count, follow=True):
        w = self.mapping(torch.randn(count, self.latent), follow)
        return w[:, None].repeat(1, self.copies, 1)

    def mixed(self, count, probability):
        """Styles; with a probability those from a random layer on are others."""
        ws, others = self.styles(count), self.styles(count, follow=False)
        cut = torch.where(
            torch.rand(()) < probability, torch.randint(1, self.copies, ()), self.copies
        )
        return torch.where((torch.arange(self.copies) < cut)[:, None], ws, others)

    def forward(self, ws):
        w = ws.unbind(1)
        x = self.layers[0](self.constant[None].repeat(len(ws), 1, 1, 1), w[0])
        image = self.colours[0](x, w[1])
        for i in range(1, len(self.colours)):
            x = self.layers[2 * i - 1](x, w[2 * i - 1])
            x = self.layers[2 * i](x, w[2 * i])
            image = upfirdn(image, self.taps, up=2, padding=(2, 1), gain=4)
            image = image + self.colours[i](x, w[2 * i + 1])
        return image


class StyleConv(Filtered):
    """A convolution with an equalised learning rate, behind the filter where it halves the size."""

    def __init__(self, inputs, outputs, kernel, down=False, bias=True, active=True, gain=1.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None
        self.size = 1 / math.sqrt(inputs * kernel * kernel)
        self.kernel, self.down, self.active, self.gain = kernel, down, active, gain

    def forward(self, x):
        weight = self.weight * self.size
        if not self.down:
            x = F.conv2d(x, weight, self.bias, padding=self.kernel // 2)
        elif self.kernel == 1:
            x = F.conv2d(upfirdn(x, self.taps, down=2, padding=(1, 1)), weight, self.bias)
        else:
            x = F.conv2d(upfirdn(x, self.taps, padding=(2, 2)), weight, self.bias, stride=2)
        return leaky(x, self.gain) if self.active else x * self.gain


class StyleDown(nn.Module):
    def __init__(self, channels):
        super().__init__()
        half = math.sqrt(0.5)
        self.conv0 = StyleConv(channels, channels, 3)
        self.conv1 = StyleConv(channels, channels, 3, down=True, gain=half)
        self.skip = StyleConv(channels, channels, 1, True, bias=False, active=False, gain=half)

    def forward(self, x):
        return self.conv1(self.conv0(x)) + self.skip(x)


def deviation(x, group):
    """Adds a channel: the standard deviation over the images of a group, its mean."""
    n, c, h, w = x.shape
    y = x.reshape(group, n // group, c, h, w)
    y = (y - y.mean(0)).square().mean(0)
    y = (y + 1e-8).sqrt().mean((1, 2, 3))
    return torch.cat([x, y.reshape(-1, 1, 1, 1).repeat(group, 1, h, w)], 1)


class StyleDiscriminator(nn.Module):
    def __init__(self, resolution, channels, group):
        super().__init__()
        self.group = group
        blocks = int(math.log2(resolution)) - 2
        self.blocks = nn.Sequential(
            StyleConv(3, channels, 1), *(StyleDown(channels) for _ in range(blocks))
        )
        self.conv = StyleConv(channels + 1, channels, 3)
        self.dense = StyleLinear(channels * 16, channels, active=True)
        self.out = StyleLinear(channels, 1)

    def forward(self, x):
        x = self.conv(deviation(self.blocks(x), self.group))
        return self.out(self.dense(x.flatten(1))).reshape(-1)


def sampled(images, grid):
    """Bilinear interpolation at a grid's places, 0 outside."""
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


class Sample(torch.autograd.Function):
    """The same with gradients of every order by the images; in 1.13 PyTorch's has one only."""

    @staticmethod
    def forward(ctx, images, grid):
        ctx.save_for_backward(images, grid)
        return sampled(images, grid)

    @staticmethod
    def backward(ctx, slope):
        return SampleGradient.apply(slope, *ctx.saved_tensors), None


class SampleGradient(torch.autograd.Function):
    """Sample's gradient by the images, which is linear in the result's: its own samples again."""

    @staticmethod
    def forward(ctx, slope, images, grid):
        ctx.save_for_backward(grid)
        bilinear = zeros = 0
        return torch.ops.aten.grid_sampler_2d_backward(
            slope, images, grid, bilinear, zeros, False, [True, False]
        )[0]

    @staticmethod
    def backward(ctx, slope):
        return Sample.apply(slope, *ctx.saved_tensors), None, None


# The low-pass filter of the symlet with six vanishing moments.
SYM6 = torch.tensor([
    0.015404109327027373, 0.0034907120842174702, -0.11799011114819057, -0.048311742585633,
    0.4910559419267466, 0.787641141030194, 0.3379294217276218, -0.07263752278646252,
    -0.021060292512300564, 0.04472490177066578, 0.0017677118642428036, -0.007800708325034148,
])  # fmt: skip
SYM6 /= SYM6.sum()
REACH = len(SYM6) // 2  # enlarged pixels that the filter reaches on each side


def acting(values, neutral, p):
    """An image's values with probability p, else the neutral one."""
    gates = torch.rand(len(values), *[1] * (values.dim() - 1))
    return torch.where(gates < p, values, torch.full_like(values, neutral))


def matrices(*rows):
    """A matrix for each image from rows of numbers, and of tensors with one for each."""
    of_images = next(entry for row in rows for entry in row if torch.is_tensor(entry))
    entries = [
        entry if torch.is_tensor(entry) else torch.full_like(of_images, entry)
        for row in rows
        for entry in row
    ]
    return torch.stack(entries, 1).reshape(-1, len(rows), len(rows))


def scaling(x, y):
    return matrices([x, 0, 0], [0, y, 0], [0, 0, 1])


def turning(angle):
    c, s = angle.cos(), angle.sin()
    return matrices([c, -s, 0], [s, c, 0], [0, 0, 1])


def moving(by):
    x, y = by.unbind(1)
    return matrices([1, 0, x], [0, 1, y], [0, 0, 1])


def geometry(n, height, width, p):
    """Blitting and geometric transforms of each image, as one matrix.

    It leads from a place of the result to the image's, (x, y, 1) in pixels from the centre. Each
    transform's inverse is multiplied from the right.
    """
    size = torch.tensor([width, height])
    either = 1 - math.sqrt(1 - p)  # of two rotations, so that one or both act with p
    mirrored = acting((torch.rand(n) * 2).floor(), 0, p)
    inverse = scaling(1 - 2 * mirrored, 1)
    quarters = acting((torch.rand(n) * 4).floor(), 0, p)
    inverse = inverse @ turning(quarters * (math.pi / 2))
    shift = acting((torch.rand(n, 2) * 2 - 1) * 0.125, 0, p)
    inverse = inverse @ moving(-(shift * size).round())
    scale = acting((torch.randn(n) * 0.2).exp2(), 1, p)
    inverse = inverse @ scaling(1 / scale, 1 / scale)
    angle = acting((torch.rand(n) * 2 - 1) * math.pi, 0, either)
    inverse = inverse @ turning(angle)
    stretch = acting((torch.randn(n) * 0.2).exp2(), 1, p)
    inverse = inverse @ scaling(1 / stretch, stretch)
    angle = acting((torch.rand(n) * 2 - 1) * math.pi, 0, either)
    inverse = inverse @ turning(angle)
    shift = acting(torch.randn(n, 2) * 0.125, 0, p)
    return inverse @ moving(-shift * size)


def margins(inverse, height, width):
    """The padding left, above, right and below that the corners of all images need."""
    x, y = (width - 1) / 2, (height - 1) / 2
    corners = torch.tensor([[-x, x, x, -x], [-y, -y, y, y], [1.0, 1.0, 1.0, 1.0]])
    places = (inverse @ corners)[:, :2].transpose(0, 1).flatten(1)
    needed = torch.cat([-places, places]).amax(1) + REACH - torch.tensor([x, y, x, y])
    most = torch.tensor([width - 1, height - 1] * 2)
    return needed.clamp(min=0).minimum(most).ceil().int().tolist()


def from_pixels(height, width):
    """From places in an image, in pixels from its centre, to grid_sample's in [-1, 1] after it was
    enlarged by two to this size. A pixel then lies half an enlarged one before its place."""
    return torch.tensor([[4 / width, 0, -1 / width], [0, 4 / height, -1 / height], [0, 0, 1]])


def warped(images, inverse):
    """Resamples images at double resolution: padding, enlarging, interpolation, halving."""
    n, c, height, width = images.shape
    left, above, right, below = margins(inverse, height, width)
    images = F.pad(images, (left, right, above, below), mode="reflect")
    images = upfirdn(images, SYM6, up=2, padding=(REACH, REACH - 1), gain=4)
    off_centre = torch.tensor([[1, 0, (left - right) / 2], [0, 1, (above - below) / 2], [0, 0, 1]])
    size = 2 * (height + REACH), 2 * (width + REACH)
    theta = from_pixels(*images.shape[2:]) @ off_centre @ inverse @ from_pixels(*size).inverse()
    grid = F.affine_grid(theta[:, :2], (n, c, *size), align_corners=False)
    images = Sample.apply(images, grid)
    return upfirdn(images[:, :, 1:-1, 1:-1], SYM6.flip(0), down=2)


LUMA = torch.full((3, 3), 1 / 3)  # the projection to the axis of greys
BESIDE = torch.eye(3) - LUMA
ACROSS = torch.tensor([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]) / math.sqrt(3)


def colours(n, p):
    """Colour transforms of each image, as one matrix: three columns of factors, one to add."""

    def drawn(values, neutral):
        return acting(values, neutral, p)[:, None, None]

    brightness = drawn(torch.randn(n) * 0.2, 0)
    c = torch.cat([torch.eye(3).expand(n, 3, 3), brightness.expand(n, 3, 1)], 2)
    contrast = drawn((torch.randn(n) * 0.5).exp2(), 1)
    c = contrast * c
    flip = drawn((torch.rand(n) * 2).floor(), 0)
    c = (torch.eye(3) - 2 * flip * LUMA) @ c
    hue = drawn((torch.rand(n) * 2 - 1) * math.pi, 0)
    c = (LUMA + hue.cos() * BESIDE + hue.sin() * ACROSS) @ c
    saturation = drawn(torch.randn(n).exp2(), 1)
    return (LUMA + saturation * BESIDE) @ c


def augmented(images, p):
    """ADA's transforms of the preset bgc, each with probability p of an image, as published."""
    n, _, height, width = images.shape
    images = warped(images, geometry(n, height, width, p))
    c = colours(n, p)
    return (c[:, :, :3] @ images.flatten(2) + c[:, :, 3:]).reshape(images.shape)


def half_life(steps):
    return 0.5 ** (1 / max(steps, 1e-8))


PATH_EVERY, R1_EVERY = 4, 16


def stylegan2(resolution, channels, width, batch, p=None):
    """One step of StyleGAN2: G, its path length now and then, D, its R1 now and then, average.

    With p all images that D is given are augmented; R1's gradient is by those before.

    Its arrays of parameters have the shapes of ours: 144,083 numbers of G and 84,673 of D at 32x32,
    175,064 and 104,193 at 64x64.
    """
    g = formed(StyleGenerator(resolution, channels, width, mapping_layers=2), twice=True)
    d = formed(StyleDiscriminator(resolution, channels, group=4), twice=True)

    def adapted(network, interval):
        part = interval / (interval + 1)
        return adam(network, 0.0025 * part, (0.0, 0.99**part))

    g_optimizer, d_optimizer = adapted(g, PATH_EVERY), adapted(d, R1_EVERY)
    average = Average(g, 0)
    images = real_images(batch, 3, resolution, resolution)
    mean_length = torch.zeros(())
    done = 0

    def generate(count):
        ws = g.mixed(count, 0.9)
        return ws, g(ws)

    def judge(x):
        return d(augmented(x, p) if p else x)

    def path_length():
        ws, made = generate(batch // 2)
        noise = torch.randn_like(made) / resolution
        (gradient,) = torch.autograd.grad((made * noise).sum(), ws, create_graph=True)
        lengths = gradient.square().sum(2).mean(1).sqrt()
        moved = mean_length.lerp(lengths.mean(), 0.01)
        mean_length.copy_(moved.detach())
        return 2 * (lengths - moved).square().mean() + 0 * made.mean()

    def gradient_penalty():
        x = images.clone().requires_grad_()
        real = judge(x)
        return r1(real, x, gamma=1) + 0 * real.mean()

    def step():
        nonlocal done
        learn(g, g_optimizer, generator_loss(judge(generate(batch)[1])))
        if done % PATH_EVERY == 0:
            learn(g, g_optimizer, PATH_EVERY * path_length())
        with torch.no_grad():
            generated = generate(batch)[1]
        learn(d, d_optimizer, discriminator_loss(judge(images), judge(generated)))
        if done % R1_EVERY == 0:
            learn(d, d_optimizer, R1_EVERY * gradient_penalty())
        average.decay = min(half_life(200), half_life(0.1 * done))
        average.follow()
        done += 1

    return step


BIGGAN_32 = ([128] * 4, [128] * 4, 128, 0, 64, 0.9999, (2e-4, 2e-4))
BIGGAN_SMALL = ([64, 32, 16, 8], [8, 16, 32, 64], 64, 32, 32, 0.995, (1e-3, 2e-3))
STYLEGAN2_32 = (32, 32, 128, 32)
STYLEGAN2_64 = (64, 32, 128, 32)

# By name; a row "-bf16" is the same under autocast, and one "-best" the same in float32.
ROWS = {
    "biggan-32": lambda: biggan(*BIGGAN_32),
    "sample-32": sampling,
    "biggan-32-small": lambda: biggan(*BIGGAN_SMALL),
    "dcgan-32": lambda: dcgan(32, 64),
    "sagan-32": lambda: sagan(128, 32, 64, (2e-4, 2e-4)),
    "unet-gan-32": lambda: unet_gan(128, 8, 16, (1e-3, 2e-3)),
    "wgan-gp-32": lambda: wgan_gp(128, 32, 16, critic_updates=5),
    "csgan-64": lambda: csgan(64, 32, 9, 1),
    "cgan-28": cgan_quick,
    "cgan-28-paper": cgan_paper,
    "stylegan2-32": lambda: stylegan2(*STYLEGAN2_32),
    "stylegan2-64": lambda: stylegan2(*STYLEGAN2_64),
    "stylegan2-64-ada": lambda: stylegan2(*STYLEGAN2_64, p=0.6),
}

def row_step(row):
    """The function that makes a step of a row."""
    global low
    low = row.endswith("-bf16")
    return ROWS[re.sub("-(bf16|best)$", "", row)]()


def period(row):
    """After how many steps what a row's steps do begins anew: 1 where all are alike."""
    return R1_EVERY if row.startswith("stylegan2-") else 1


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def versions():
    """PyTorch, and the BLAS it was built for and has loaded."""
    built = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    torch.ones(64, 64) @ torch.ones(64, 64)
    with open("/proc/self/maps") as maps:
        loaded = sorted(set(re.findall(r"/(lib[^/\s]*(?:blas|mkl_core)[^/\s]*)\s", maps.read())))
    return "PyTorch {}, Python {}, BLAS_INFO={}, loaded: {}".format(
        torch.__version__,
        ".".join(map(str, sys.version_info[:3])),
        built.group(1) if built else "unknown",
        ", ".join(loaded) or "none as a library of its own",
    )


def main():
    if sys.argv[1:] == ["versions"]:
        print(versions())
        return
    global form
    row, warm_up, steps, threads = sys.argv[1], *map(int, sys.argv[2:5])
    form = sys.argv[5] if len(sys.argv) > 5 else form
    if form not in FORMS:
        raise SystemExit(f"There is no form '{form}'; there are {', '.join(FORMS)}")
    if form == "compiled" and not hasattr(torch.nn.Module, "compile"):
        sys.exit(3)
    repeats = period(row)
    warm_up, steps = (math.ceil(n / repeats) * repeats for n in (warm_up, steps))
    torch.set_num_threads(threads)
    step = row_step(row)
    if form == "compiled" and compiled == 0:
        sys.exit(3)
    for _ in range(warm_up):
        step()
    milliseconds = []
    for _ in range(steps):
        start = time.perf_counter()
        step()
        milliseconds.append((time.perf_counter() - start) * 1e3)
    figures = [quantile(milliseconds, share) for share in (0.5, 0.1, 0.9)]
    if repeats > 1:
        figures[0] = sum(milliseconds) / len(milliseconds)
    numbers = [f"{ms:.3f}" for ms in figures] + [peak_mebibytes()]
    print(row, "bf16" if low else "fp32", torch.get_num_threads(), *numbers, sep="\t")


if __name__ == "__main__":
    main()
