package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/** Resampling of images, without weights. */
public final class Resample {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def nearest(self, x: Tensor) -> Tensor:
            return torch.upsample_nearest2d(x, None, [2.0, 2.0])

          def bilinear(self, x: Tensor) -> Tensor:
            return torch.upsample_bilinear2d(x, None, False, [2.0, 2.0])

          def average(self, x: Tensor) -> Tensor:
            return torch.avg_pool2d(x, [2, 2])
          """,
          TorchScript.Mixed.FOLLOWS);

  private static final Map<Integer, TorchScript> SIZES = new ConcurrentHashMap<>();

  private Resample() {}

  /**
   * Doubles the size by repeating each pixel.
   *
   * @param x {@code (N, C, H, W)}
   * @return {@code (N, C, 2 H, 2 W)}
   */
  public static NDArray nearest(NDArray x) {
    return SCRIPT.method("nearest").call(x);
  }

  /**
   * Doubles the size by bilinear interpolation, {@code align_corners=False}.
   *
   * @param x {@code (N, C, H, W)}
   * @return {@code (N, C, 2 H, 2 W)}
   */
  public static NDArray bilinear(NDArray x) {
    return SCRIPT.method("bilinear").call(x);
  }

  /**
   * Resamples by bilinear interpolation, {@code align_corners=False}, without a low-pass filter.
   *
   * @param x {@code (N, C, H, W)}
   * @param size the new height and width, at least 1
   * @return {@code (N, C, size, size)}
   */
  public static NDArray bilinear(NDArray x, int size) {
    return SIZES
        .computeIfAbsent(
            size,
            pixels ->
                TorchScript.of(
                    Text.format(
                        """
                        def bilinear(self, x: Tensor) -> Tensor:
                          return torch.upsample_bilinear2d(x, [%1$d, %1$d], False, None)
                        """,
                        pixels)))
        .method("bilinear")
        .call(x);
  }

  /**
   * Halves the size by the mean of each 2x2 pixels; an odd last row or column is dropped.
   *
   * @param x {@code (N, C, H, W)}
   * @return {@code (N, C, H / 2, W / 2)}
   */
  public static NDArray average(NDArray x) {
    return SCRIPT.method("average").call(x);
  }
}
