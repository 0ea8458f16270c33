"""How long a step of peer.py would take if nothing but arithmetic and memory took time.

    floor.py ROW THREADS    prints, separated by tabs: the row, GFLOP and GB of a step, the GFLOP/s and
                            GB/s that this machine reaches, and the milliseconds of both together

Arithmetic is that of convolutions and matrix products, forward and backward, as the published
networks have it, at the speed of the faster of a large matrix product and a large convolution. The
bytes are those that all other operators read and write, at the speed of an addition of arrays
larger than the caches; operators that are fused, or whose arrays stay in a cache, take less. Steps
that differ are taken over a whole period. Needs PyTorch 2.1 or newer.
"""

import sys
import time

import peer
import torch
from torch.nn import functional as F
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import flop_registry


class Work(TorchDispatchMode):
    """Counts the operations of products, and the bytes of other operators but views."""

    def __init__(self):
        super().__init__()
        self.flop = 0
        self.bytes = 0

    def __torch_dispatch__(self, function, types, arguments=(), named=None):
        named = named or {}
        results = function(*arguments, **named)
        count = flop_registry.get(function.overloadpacket)
        if count:
            self.flop += count(*arguments, **named, out_val=results)
        elif not function.is_view:
            arrays = [x for x in tree_leaves((arguments, results)) if isinstance(x, torch.Tensor)]
            self.bytes += sum(x.numel() * x.element_size() for x in arrays)
        return results


def shortest(function, trials=8):
    """The seconds of the fastest of some calls."""
    times = []
    for _ in range(trials):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def peak_flops():
    a, b = torch.randn(2, 1024, 1024)
    images = torch.randn(16, 128, 32, 32).to(memory_format=torch.channels_last)
    kernels = torch.randn(128, 128, 3, 3)
    product = 2 * 1024**3 / shortest(lambda: a @ b)
    convolution = 2 * 16 * 32**2 * 9 * 128**2 / shortest(lambda: F.conv2d(images, kernels, padding=1))
    return max(product, convolution)


def peak_bandwidth():
    a, b, c = torch.randn(3, 1 << 24)
    return 3 * a.numel() * a.element_size() / shortest(lambda: torch.add(a, b, out=c))


def main():
    row, threads = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(threads)
    step, steps = peer.row_step(row), peer.period(row)
    with Work() as work:
        for _ in range(steps):
            step()
    flop, size = work.flop / steps, work.bytes / steps
    flops, bandwidth = peak_flops(), peak_bandwidth()
    seconds = flop / flops + size / bandwidth
    numbers = [flop / 1e9, size / 1e9, flops / 1e9, bandwidth / 1e9, seconds * 1e3]
    print(row, *(f"{x:.2f}" for x in numbers), sep="\t")


if __name__ == "__main__":
    main()
