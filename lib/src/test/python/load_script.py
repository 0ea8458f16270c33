"""Loads a TorchScript file and prints, for a network of z and labels, what it draws: first the names
of its state dict, then the sum of its images and their first pixel, of a batch of N.

    load_script.py FILE LATENT N
"""
import sys

import torch

network = torch.jit.load(sys.argv[1])
latent, n = int(sys.argv[2]), int(sys.argv[3])
z = torch.linspace(-1, 1, n * latent).reshape(n, latent)
images = network(z, torch.arange(n) % 5)
print(",".join(sorted(network.state_dict())))
print(*images.shape)
print(images.sum().item(), images.flatten()[0].item(), images.flatten()[-1].item())
