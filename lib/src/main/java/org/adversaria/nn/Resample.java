package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/** Doubles and halves the height and width of images. */
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
   * Makes four equal pixels of each.
   *
   * @param x {@code (N, C, H, W)}
   * @return {@code (N, C, 2 H, 2 W)}
   */
  public static NDArray nearest(NDArray x) {
    return SCRIPT.method("nearest").call(x);
  }

  /**
   * Interpolates linearly between the centres of pixels, {@code align_corners=False}.
   *
   * @param x {@code (N, C, H, W)}
   * @return {@code (N, C, 2 H, 2 W)}
   */
  public static NDArray bilinear(NDArray x) {
    return SCRIPT.method("bilinear").call(x);
  }

  /**
   * Interpolates linearly between the centres of pixels, {@code align_corners=False}, and leaves
   * pixels out where images shrink to less than half.
   *
   * @param x {@code (N, C, H, W)}
   * @param size the new height and width
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
   * Makes one pixel of the mean of four; an odd last row or column is left out.
   *
   * @param x {@code (N, C, H, W)}
   * @return {@code (N, C, H / 2, W / 2)}
   */
  public static NDArray average(NDArray x) {
    return SCRIPT.method("average").call(x);
  }
}
