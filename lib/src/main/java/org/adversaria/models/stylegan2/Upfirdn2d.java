package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.adversaria.nn.Compiled;
import org.adversaria.torch.DataTypes;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/**
 * Resampling of images with a FIR filter: insert zeros, pad, filter, drop pixels.
 *
 * <p>Along an axis, the pixels x become z with {@code up - 1} zeros after each, {@code before} and
 * {@code after} zeros on its sides (a negative number crops), then the valid convolution of z with
 * the filter, of which every {@code down}-th pixel is kept. It is one or two convolutions of
 * PyTorch, which have gradients of any order.
 *
 * <p>Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020, appendix
 * B, and its published code, with its conventions.
 *
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param flip true to correlate with the filter in place of convolving
 * @param gain a factor of the result
 */
record Upfirdn2d(Axis x, Axis y, boolean flip, double gain) {

  /**
   * The resampling along an axis.
   *
   * @param up the factor of upsampling, at least 1
   * @param down the factor of downsampling, at least 1
   * @param before zeros in front of the upsampled pixels; negative to crop
   * @param after zeros behind them; negative to crop
   */
  public record Axis(int up, int down, int before, int after) {

    /**
     * Filtering without a change of size.
     *
     * @param taps the filter's size
     * @return the axis
     */
    public static Axis same(int taps) {
      return new Axis(1, 1, taps / 2, (taps - 1) / 2);
    }

    /**
     * Upsampling by a factor.
     *
     * @param factor at least 1
     * @param taps the filter's size
     * @return the axis
     */
    public static Axis longer(int factor, int taps) {
      return new Axis(factor, 1, (taps + factor - 1) / 2, Math.floorDiv(taps - factor, 2));
    }

    /**
     * Downsampling by a factor.
     *
     * @param factor at least 1
     * @param taps the filter's size
     * @return the axis
     */
    public static Axis shorter(int factor, int taps) {
      return new Axis(
          1, factor, Math.floorDiv(taps - factor + 1, 2), Math.floorDiv(taps - factor, 2));
    }

    /**
     * The same with additional zeros.
     *
     * @param front additional zeros before; negative for fewer
     * @param back additional zeros after; negative for fewer
     * @return the changed axis
     */
    public Axis padded(int front, int back) {
      return new Axis(up, down, before + front, after + back);
    }

    /** The number of outputs of the full convolution before the first one that is kept. */
    private int cropBefore(int taps) {
      return taps - 1 - before;
    }

    private int cropAfter(int taps) {
      return taps - up - after;
    }

    /** The part of the crops, equal on both sides, that is the transposed convolution's padding. */
    private int cropped(int taps) {
      return Math.max(0, Math.min(cropBefore(taps), cropAfter(taps)));
    }

    /** True if the padding can be an argument of PyTorch's convolution. */
    private boolean even() {
      return before == after && before >= 0;
    }
  }

  private record Compiled(Upfirdn2d operation, Shape filter) {}

  private static final Map<Compiled, TorchScript> SCRIPTS = new ConcurrentHashMap<>();

  /**
   * The same resampling along both axes, as a convolution.
   *
   * @param axis the resampling along each axis
   * @param gain a factor of the result
   * @return the operation
   */
  public static Upfirdn2d square(Axis axis, double gain) {
    return new Upfirdn2d(axis, axis, false, gain);
  }

  /**
   * Filters images and keeps their size.
   *
   * @param taps the filter's height and width
   * @return the operation
   */
  public static Upfirdn2d same(int taps) {
    return square(Axis.same(taps), 1);
  }

  /**
   * Upsamples images by a factor, with the same mean.
   *
   * @param factor at least 1
   * @param taps the filter's height and width
   * @return the operation
   */
  public static Upfirdn2d upsample(int factor, int taps) {
    return square(Axis.longer(factor, taps), factor * factor);
  }

  /**
   * Downsamples images by a factor.
   *
   * @param factor at least 1
   * @param taps the filter's height and width
   * @return the operation
   */
  public static Upfirdn2d downsample(int factor, int taps) {
    return square(Axis.shorter(factor, taps), 1);
  }

  /**
   * Resamples images.
   *
   * @param images {@code (N, C, H, W)}
   * @param filter {@code (fH, fW)}; {@code (f)} for the outer product of a vector with itself; null
   *     for none. No gradient flows into it
   * @return {@code (N, C, H', W')} with {@code H' = ceil((H up + before + after - fH + 1) / down)}
   * @throws org.adversaria.torch.TorchScriptException if the shapes do not fit
   */
  public NDArray apply(NDArray images, NDArray filter) {
    NDArray f = filter == null ? images.getManager().ones(new Shape(1, 1)) : filter.stopGradient();
    TorchScript script =
        SCRIPTS.computeIfAbsent(
            new Compiled(this, f.getShape()),
            key -> TorchScript.of(key.operation().method("resample", key.filter())));
    return script
        .method("resample")
        .call(images, f.toType(DataTypes.require(images.getDataType()), false));
  }

  /** A script's method {@code NAME(x, f)} for a filter of that shape. */
  String method(String name, Shape filter) {
    int height = (int) filter.get(0);
    int width = (int) filter.get(filter.dimension() - 1);
    String head = Text.format("def %s(self, x: Tensor, f: Tensor) -> Tensor:\n", name);
    if (filter.dimension() == 1) {
      double root = Math.sqrt(gain);
      var rows = new Axis(1, 1, 0, 0);
      return new Upfirdn2d(x, rows, flip, root).method(name + "_rows", new Shape(1, width))
          + new Upfirdn2d(rows, y, flip, root).method(name + "_columns", new Shape(height, 1))
          + head
          + Text.format("  x = self.%s_rows(x, torch.unsqueeze(f, 0))\n", name)
          + Text.format("  return self.%s_columns(x, torch.unsqueeze(f, 1))\n", name);
    }
    boolean larger = x.up > 1 || y.up > 1;
    return head + weight(larger == flip) + (larger ? larger(height, width) : smaller());
  }

  /** PyTorch's convolution correlates, and its transposed convolution convolves. */
  private String weight(boolean flipped) {
    String f = flipped ? "torch.flip(f, [0, 1])" : "f";
    return Text.format(
        """
          c = torch.size(x, 1)
          w = torch.expand(%s, [c, 1, -1, -1])
        """,
        gain == 1 ? f : Text.format("torch.mul(%s, %s)", f, gain));
  }

  private String smaller() {
    boolean even = x.even() && y.even();
    String padded = even ? "" : padded(x.before, x.after, y.before, y.after);
    return padded
        + Text.format(
            "  return torch.conv2d(x, w, None, [%d, %d], [%d, %d], [1, 1], c)\n",
            y.down, x.down, even ? y.before : 0, even ? x.before : 0);
  }

  private String larger(int height, int width) {
    int dx = x.cropped(width);
    int dy = y.cropped(height);
    return Text.format(
            "  x = torch.conv_transpose2d(x, w, None, [%d, %d], [%d, %d], [0, 0], c, [1, 1])\n",
            y.up, x.up, dy, dx)
        + padded(
            dx - x.cropBefore(width),
            dx - x.cropAfter(width),
            dy - y.cropBefore(height),
            dy - y.cropAfter(height))
        + strided("2", y.down)
        + strided("3", x.down)
        + "  return x\n";
  }

  private static String padded(int left, int right, int top, int bottom) {
    return left == 0 && right == 0 && top == 0 && bottom == 0
        ? ""
        : Text.format(
            "  x = torch.constant_pad_nd(x, [%d, %d, %d, %d], 0)\n", left, right, top, bottom);
  }

  private static String strided(String axis, int step) {
    return step == 1 ? "" : Text.format("  x = torch.slice(x, %s, None, None, %d)\n", axis, step);
  }
}
