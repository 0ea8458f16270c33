"""Reference cases of classifier losses, augmentations and regularizers; run by make_reference.py."""

import numpy as np
import torch
from torch.nn import functional as F

from make_reference import Group, Numbers, gradients

# ---------------------------------------------------------------------------------------------
# Losses of classifiers on the discriminator's features


def others(scores, labels):
    """For each row, the scores of all classes but its own: (N, K - 1), and its own: (N, 1)."""
    own = F.one_hot(labels, scores.shape[1]).bool()
    return scores[~own].view(len(scores), -1), scores[own].view(-1, 1)


def all_wrong(scores, labels):
    wrong, right = others(scores, labels)
    return F.relu(1 + wrong - right).mean()


def all_wrong_linear(scores, labels):
    wrong, right = others(scores, labels)
    return (wrong - right).mean()


def worst_wrong(scores, labels):
    wrong, right = others(scores, labels)
    return F.relu(1 + wrong.max(1, keepdim=True).values - right).mean()


# For the discriminator and for the generator.
FORMS = {"cross_entropy": (F.cross_entropy, F.cross_entropy),
         "hinge": (all_wrong, all_wrong_linear),
         "crammer_singer": (worst_wrong, worst_wrong)}

# Outputs of a head for 3 classes; the arrays each player's term looks at; the terms, L being the form.
CLASSIFIERS = {
    # Odena et al. 2017, equation 3.
    "acgan": (3, ("real", "fake"), ("fake",),
              lambda L, y, y_, real, fake: L(real, y) + L(fake, y_),
              lambda L, y_, fake: L(fake, y_)),
    # Gong et al. 2019: the twin learns generated images; the generator works against it.
    "tacgan": (3, ("real", "fakeTwin"), ("fake", "fakeTwin"),
               lambda L, y, y_, real, fakeTwin: L(real, y) + L(fakeTwin, y_),
               lambda L, y_, fake, fakeTwin: L(fake, y_) - L(fakeTwin, y_)),
    # Zhou et al. 2018: class 3 is "generated".
    "amgan": (4, ("real", "fake"), ("fake",),
              lambda L, y, y_, real, fake: L(real, y) + L(fake, torch.full_like(y_, 3)),
              lambda L, y_, fake: L(fake, y_)),
    # Hou et al. 2022: class 2 y is "real y", class 2 y + 1 is "generated y".
    "adcgan": (6, ("real", "fake"), ("fake",),
               lambda L, y, y_, real, fake: L(real, 2 * y) + L(fake, 2 * y_ + 1),
               lambda L, y_, fake: L(fake, 2 * y_) - L(fake, 2 * y_ + 1)),
}


def term(inputs, names, weight, loss):
    variables = {name: inputs[name].requires_grad_() for name in names}
    value = weight * loss(**variables)
    return {"loss": value, **gradients(value, **variables)}


def classifier_losses(group):
    for kind, (width, seen_by_d, seen_by_g, of_d, of_g) in CLASSIFIERS.items():
        for form, (form_of_d, form_of_g) in FORMS.items():
            numbers = Numbers(f"{kind} {form}")
            arrays = {name: numbers.normal(5, 3 if name == "fakeTwin" else width, scale=1.5)
                      for name in ("real", "fake", "fakeTwin")}
            labels = {name: numbers.random.randint(0, 3, 5) for name in ("realLabels", "fakeLabels")}
            settings = {"form": form, "discriminatorWeight": 0.5, "generatorWeight": 2.0}
            if kind == "acgan":
                settings["classifiesFake"] = True
            inputs = {**labels, **{name: arrays[name] for name in seen_by_d}}
            group.add(f"losses.{kind}.discriminator", form,
                      lambda i, s, d, L=form_of_d, names=seen_by_d, loss=of_d: term(
                          i, names, 0.5, lambda **v: loss(L, i["realLabels"], i["fakeLabels"], **v)),
                      inputs, settings)
            if kind == "acgan":
                group.add("losses.acgan.discriminator", form + "_real_only",
                          lambda i, s, d, L=form_of_d: term(
                              i, ("real",), 0.5, lambda real: L(real, i["realLabels"])),
                          inputs, {**settings, "classifiesFake": False})
            inputs = {"fakeLabels": labels["fakeLabels"], **{name: arrays[name] for name in seen_by_g}}
            group.add(f"losses.{kind}.generator", form,
                      lambda i, s, d, L=form_of_g, names=seen_by_g, loss=of_g: term(
                          i, names, 2.0, lambda **v: loss(L, i["fakeLabels"], **v)),
                      inputs, settings)


def projection(group):
    """Miyato and Koyama 2018, equation 3; the hinge on its logits."""
    numbers = Numbers("projection")
    state = {"linear.weight": numbers.normal(1, 4), "linear.bias": numbers.normal(1),
             "embed.weight": numbers.normal(3, 4)}
    features = {"real": numbers.normal(5, 4), "fake": numbers.normal(5, 4)}
    labels = {"realLabels": np.array([0, 2, 1, 2, 0]), "fakeLabels": np.array([1, 1, 0, 2, 2])}

    def judged(state, h, y):
        return F.linear(h, state["linear.weight"], state["linear.bias"])[:, 0] + (
            state["embed.weight"][y] * h).sum(1)

    def player(objective, names):
        def compute(inputs, state, dtype):
            variables = {**{k: inputs[k] for k in names}, **state}
            for variable in variables.values():
                variable.requires_grad_()
            value = objective(*(judged(state, inputs[k], inputs[k + "Labels"]) for k in names))
            return {"loss": value, **gradients(value, **variables)}
        return compute

    settings = {"loss": "hinge"}
    group.add("losses.projection.discriminator", "hinge",
              player(lambda real, fake: F.relu(1 - real).mean() + F.relu(1 + fake).mean(),
                     ("real", "fake")), {**features, **labels}, settings, state)
    group.add("losses.projection.generator", "hinge",
              player(lambda fake: -fake.mean(), ("fake",)),
              {"fake": features["fake"], "fakeLabels": labels["fakeLabels"]}, settings, state)


# ---------------------------------------------------------------------------------------------
# DiffAugment, pixel by pixel


def coloured(x, u):
    brightness, saturation, contrast = (v.view(-1, 1, 1, 1) for v in u)
    x = x + brightness - 0.5
    grey = x.mean(1, keepdim=True)
    x = grey + 2 * saturation * (x - grey)
    mean = x.mean((1, 2, 3), keepdim=True)
    return mean + (contrast + 0.5) * (x - mean)


def translated(x, t):
    rows = []
    for image, (down, right) in zip(x, t.t().tolist()):
        height, width = image.shape[1:]
        canvas = F.pad(image, (width, width, height, height))
        rows.append(canvas[:, height + down:2 * height + down, width + right:2 * width + right])
    return torch.stack(rows)


def cut(x, centre):
    keep = torch.ones_like(x[:, :1])
    lengths = [(size + 1) // 2 for size in x.shape[2:]]
    for mask, place in zip(keep, centre.t().tolist()):
        (top, left), (bottom, right) = zip(*(
            (max(p - s // 2, 0), p - s // 2 + s) for p, s in zip(place, lengths)))
        mask[:, top:bottom, left:right] = 0
    return x * keep


POLICIES = {"color": coloured, "translation": translated, "cutout": cut}


def augmented(x, policy, draws):
    for name in policy.split(","):
        x = POLICIES[name](x, draws[name])
    return x


def drawn(n, height, width, policy):
    """What the published code draws, in its order, as single precision draws it."""
    def pairs(height_range, width_range):
        return torch.stack([torch.randint(*height_range, [n]), torch.randint(*width_range, [n])])

    draws = {}
    for name in policy.split(","):
        if name == "color":
            draws[name] = torch.stack([torch.rand(n), torch.rand(n), torch.rand(n)])
        elif name == "translation":
            ranges = [int(size / 8 + 0.5) for size in (height, width)]
            draws[name] = pairs(*((-r, r + 1) for r in ranges))
        else:
            draws[name] = pairs(*((0, size + 1 - (size + 1) // 2 % 2) for size in (height, width)))
    return draws


def diff_augment(group):
    everything = "color,translation,cutout"
    shapes = {"square": (4, 3, 8, 8), "odd": (3, 2, 7, 9), "grey": (3, 1, 10, 6)}
    for name, shape in shapes.items():
        n, _, height, width = shape
        for policy in (everything, *POLICIES, "translation,cutout"):
            numbers = Numbers(f"diffaugment {name} {policy}")
            inputs = {"x": numbers.half(*shape), "probe": numbers.half(*shape)}
            torch.manual_seed(int(numbers.random.randint(1 << 30)))
            inputs.update({k: v.numpy() for k, v in drawn(n, height, width, policy).items()})

            def compute(i, s, dtype, policy=policy):
                x = i["x"].requires_grad_()
                output = augmented(x, policy, i)
                return {"output": output, **gradients((output * i["probe"]).sum(), x=x)}

            group.add("augment.diffaugment", f"{name}_{policy.replace(',', '_')}", compute, inputs,
                      {"policy": policy})

        def seeded(i, s, dtype, shape=shape):
            torch.manual_seed(17)
            draws = drawn(shape[0], *shape[2:], everything)
            draws["color"] = draws["color"].to(dtype)
            return {"output": augmented(i["x"], everything, draws)}

        group.add("augment.diffaugment", f"{name}_seeded", seeded, {"x": inputs["x"]},
                  {"policy": everything, "seed": 17})


def flip_translate(group):
    """Flips below one half, then shifts by up to an eighth with a reflected border."""
    def view(x, flip, t):
        height, width = x.shape[2:]
        images = []
        for image, u, (down, right) in zip(x, flip.tolist(), t.t().tolist()):
            image = image.flip(2) if u < 0.5 else image
            canvas = F.pad(image[None], (width // 8, width // 8, height // 8, height // 8), "reflect")[0]
            top, left = height // 8 + down, width // 8 + right
            images.append(canvas[:, top:top + height, left:left + width])
        return torch.stack(images)

    def drawn_views(n, height, width):
        flip = torch.rand(n)
        return flip, torch.stack([torch.randint(-(s // 8), s // 8 + 1, [n]) for s in (height, width)])

    for name, shape in {"square": (5, 2, 8, 8), "wide": (4, 1, 9, 17)}.items():
        numbers = Numbers("fliptranslate " + name)
        torch.manual_seed(int(numbers.random.randint(1 << 30)))
        flip, translation = drawn_views(shape[0], *shape[2:])
        inputs = {"x": numbers.half(*shape), "probe": numbers.half(*shape),
                  "flip": flip.numpy(), "translation": translation.numpy()}

        def compute(i, s, dtype):
            x = i["x"].requires_grad_()
            output = view(x, i["flip"], i["translation"])
            return {"output": output, **gradients((output * i["probe"]).sum(), x=x)}

        def seeded(i, s, dtype, shape=shape):
            torch.manual_seed(17)
            return {"output": view(i["x"], *drawn_views(shape[0], *shape[2:]))}

        group.add("augment.fliptranslate", name, compute, inputs)
        group.add("augment.fliptranslate", name + "_seeded", seeded, {"x": inputs["x"]}, {"seed": 17})


# ---------------------------------------------------------------------------------------------
# Regularizers


def consistency(group):
    def add(kind, part, settings, shape, names, penalty):
        numbers = Numbers(f"consistency {kind} {part}")
        inputs = {name: numbers.normal(*shape) for name in names}
        group.add("regularizers.consistency", f"{kind}_{part}",
                  lambda i, s, d: term(i, names, 1, penalty), inputs, {"kind": kind, **settings})

    pair = ("real", "realView")
    add("cr", "logits", {"lambda": 10.0}, (6,), pair,
        lambda real, realView: 10 * F.mse_loss(realView, real))
    add("cr", "classes", {"lambda": 2.5}, (4, 3), pair,
        lambda real, realView: 2.5 * F.mse_loss(realView, real))
    add("bcr", "logits", {"lambdaReal": 10.0, "lambdaFake": 5.0}, (6,), (*pair, "fake", "fakeView"),
        lambda real, realView, fake, fakeView: 10 * F.mse_loss(realView, real)
        + 5 * F.mse_loss(fakeView, fake))
    weights = {"lambdaDiscriminator": 20.0, "lambdaGenerator": 0.5}
    add("zcr", "discriminator", {**weights, "player": "discriminator"}, (6,), ("fake", "fakeView"),
        lambda fake, fakeView: 20 * F.mse_loss(fake, fakeView))
    add("zcr", "generator", {**weights, "player": "generator"}, (2, 1, 3, 3), ("fake", "fakeView"),
        lambda fake, fakeView: -0.5 * F.mse_loss(fake, fakeView))


def orthogonal(group):
    """Brock et al. 2019, equations 2 and 3; rows are filters."""
    for form in "original", "modified":
        numbers = Numbers("orthogonal " + form)
        inputs = {"wide": numbers.normal(3, 2, 2, 2, scale=0.5), "tall": numbers.normal(4, 3, scale=0.5)}

        def penalty(wide, tall, form=form):
            total = 0
            for w in (wide, tall):
                rows = w.reshape(len(w), -1)
                identity = torch.eye(len(w), dtype=w.dtype)
                products = rows @ rows.t()
                kept = products - identity if form == "original" else products * (1 - identity)
                total = total + (kept ** 2).sum()
            return 0.25 * total

        group.add("regularizers.orthogonal", form,
                  lambda i, s, d, penalty=penalty: term(i, ("wide", "tall"), 1, penalty),
                  inputs, {"form": form, "beta": 0.25})


def write():
    group = Group("classifiers", "torch.nn.functional")
    classifier_losses(group)
    projection(group)
    group.write()
    group = Group("augment", "torch, pixel by pixel")
    diff_augment(group)
    flip_translate(group)
    group.write()
    group = Group("regularizers", "torch")
    consistency(group)
    orthogonal(group)
    group.write()
