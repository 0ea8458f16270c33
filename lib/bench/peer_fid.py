"""The FID of two files of features as the field's usual programs compute it, for comparison.

    peer_fid.py REAL FAKE WIDTH    prints the fields that FidTime.java prints
    peer_fid.py versions           prints what was measured with

Needs NumPy and SciPy. Files hold float32 row by row, as a network gives features, and are read before
the clock starts. Timed are, in double precision as those programs do it, mean, covariance, and the
distance by the root of the covariances' product.
"""

import re
import sys
import time

import numpy as np
import scipy
from resident import peak_mebibytes
from scipy import linalg


def read(file, width):
    return np.fromfile(file, "<f4").reshape(-1, width)


def moments(features):
    features = features.astype(np.float64)
    return features.mean(axis=0), np.cov(features, rowvar=False)


def distance(mean_a, covariance_a, mean_b, covariance_b):
    root = linalg.sqrtm(covariance_a @ covariance_b)
    assert np.isfinite(root).all(), "these features need no larger diagonal"
    d = mean_a - mean_b
    return d @ d + np.trace(covariance_a) + np.trace(covariance_b) - 2 * np.trace(root.real)


def versions():
    """NumPy, SciPy, and the BLAS and LAPACK that both have loaded."""
    a = np.eye(64)
    linalg.sqrtm(a @ a)
    with open("/proc/self/maps") as maps:
        loaded = sorted(set(re.findall(r"/(lib[^/\s]*(?:blas|lapack|mkl_core)[^/\s]*)\s", maps.read())))
    return "NumPy {}, SciPy {}, loaded: {}".format(np.__version__, scipy.__version__, ", ".join(loaded))


def main():
    if sys.argv[1:] == ["versions"]:
        print(versions())
        return
    real, fake, width = sys.argv[1], sys.argv[2], int(sys.argv[3])
    real, fake = read(real, width), read(fake, width)
    start = time.perf_counter()
    a, b = moments(real), moments(fake)
    middle = time.perf_counter()
    value = distance(*a, *b)
    end = time.perf_counter()
    print(f"{middle - start:.3f}", f"{end - middle:.3f}", f"{end - start:.3f}", f"{value:.12g}",
          peak_mebibytes(), sep="\t")


if __name__ == "__main__":
    main()
