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
 * A convolution combined with upsampling before it or downsampling after it, both with a low-pass
 * filter. The order with the least work is used: a transposed convolution and then the filter, or
 * the filter and then a convolution with a stride.
 *
 * <p>Padding is applied once, to the upsampled images, and the filter is centred.
 *
 * <p>Source: the published code of Karras et al., "Training Generative Adversarial Networks with
 * Limited Data", 2020 ({@code conv2d_resample}).
 *
 * @param up the factor of upsampling, at least 1
 * @param down the factor of downsampling, at least 1
 * @param padding zeros around the upsampled images
 * @param flipWeight true to correlate, as PyTorch's convolution; false to convolve
 * @param flipFilter true to correlate with the filter too
 */
public record ResampledConv(
    int up, int down, Padding padding, boolean flipWeight, boolean flipFilter) {

  /**
   * Zeros around images; a negative number crops.
   *
   * @param left of the first column
   * @param right of the last column
   * @param top above the first row
   * @param bottom below the last row
   */
  public record Padding(int left, int right, int top, int bottom) {

    /**
     * The same number on all sides.
     *
     * @param count the number of zeros
     * @return the padding
     */
    public static Padding of(int count) {
      return new Padding(count, count, count, count);
    }

    /** True if the padding can be an argument of PyTorch's convolution. */
    private boolean even() {
      return left == right && top == bottom && left >= 0 && top >= 0;
    }
  }

  /**
   * Creates a convolution with equal padding on opposite sides.
   *
   * @param up the factor of upsampling, at least 1
   * @param down the factor of downsampling, at least 1
   * @param paddingX zeros to the left and right of the upsampled images
   * @param paddingY zeros above and below them
   * @param flipWeight true to correlate, as PyTorch's convolution; false to convolve
   * @param flipFilter true to correlate with the filter too
   */
  public ResampledConv(
      int up, int down, int paddingX, int paddingY, boolean flipWeight, boolean flipFilter) {
    this(up, down, new Padding(paddingX, paddingX, paddingY, paddingY), flipWeight, flipFilter);
  }

  private record Compiled(ResampledConv operation, Shape weight, Shape filter) {}

  private static final Map<Compiled, TorchScript> SCRIPTS = new ConcurrentHashMap<>();

  /** Adds the bias after the filter, which would blur it at the borders. */
  private static final String BIASED =
      """
        if b is not None:
          x = torch.add(x, torch.reshape(b, [1, -1, 1, 1]))
        return x
      """;

  private static final Shape IDENTITY = new Shape(1, 1);

  /**
   * The convolution of a layer, as the published networks use it: with {@code kernel / 2} zeros on
   * each side, the weight as PyTorch's.
   *
   * @param up the factor of upsampling
   * @param down the factor of downsampling
   * @param kernel the kernel's height and width
   * @return the operation
   */
  static ResampledConv layer(int up, int down, int kernel) {
    return new ResampledConv(up, down, Padding.of(kernel / 2), up == 1, false);
  }

  /**
   * Convolves images.
   *
   * @param x {@code (N, C_in, H, W)}
   * @param weight {@code (C_out, C_in / groups, kH, kW)}
   * @param filter as for {@link Upfirdn2d#apply}
   * @param groups the number of channel groups
   * @return {@code (N, C_out, H', W')}
   * @throws org.adversaria.torch.TorchScriptException if the shapes do not fit
   */
  public NDArray apply(NDArray x, NDArray weight, NDArray filter, int groups) {
    NDArray f = filter == null ? x.getManager().ones(IDENTITY) : filter.stopGradient();
    TorchScript script =
        SCRIPTS.computeIfAbsent(
            new Compiled(this, weight.getShape().slice(2), f.getShape()), ResampledConv::compile);
    NDArray channelGroups = x.getManager().create(groups);
    return script
        .method("call")
        .call(x, weight, f.toType(DataTypes.require(x.getDataType()), false), channelGroups);
  }

  private static TorchScript compile(Compiled key) {
    return TorchScript.of(
        key.operation().methods("conv", key.weight(), key.filter())
            + """
            def call(self, x: Tensor, w: Tensor, f: Tensor, groups: Tensor) -> Tensor:
              return self.conv(x, w, None, f, int(groups))
            """);
  }

  /**
   * Methods of a script, {@code NAME(x, w, b, f, groups)} and those it calls; b is the bias, or
   * None.
   *
   * @param kernel {@code (kH, kW)}
   * @param filter the filter's shape
   */
  String methods(String name, Shape kernel, Shape filter) {
    int kh = (int) kernel.get(0);
    int kw = (int) kernel.get(1);
    Upfirdn2d.Axis x =
        axis(padding.left(), padding.right(), (int) filter.get(filter.dimension() - 1));
    Upfirdn2d.Axis y = axis(padding.top(), padding.bottom(), (int) filter.get(0));
    boolean point = kh == 1 && kw == 1;
    double gain = up * up;
    if (up == 1 && down == 1) {
      return head(name)
          + (padding.even()
              ? convolution("b", 1, padding.top(), padding.left())
              : padded() + convolution("b", 1, 0, 0))
          + "  return x\n";
    } else if (up == 1) {
      return point
          ? new Upfirdn2d(at(x, 1, down), at(y, 1, down), flipFilter, 1)
                  .method(name + "_fir", filter)
              + head(name)
              + filtered(name + "_fir")
              + convolution("b", 1, 0, 0)
              + "  return x\n"
          : new Upfirdn2d(at(x, 1, 1), at(y, 1, 1), flipFilter, 1).method(name + "_fir", filter)
              + head(name)
              + filtered(name + "_fir")
              + convolution("b", down, 0, 0)
              + "  return x\n";
    } else if (point && down == 1) {
      return new Upfirdn2d(at(x, up, 1), at(y, up, 1), flipFilter, gain)
              .method(name + "_fir", filter)
          + head(name)
          + convolution("None", 1, 0, 0)
          + filtered(name + "_fir")
          + BIASED;
    }
    return upsampling(name, kh, kw, x, y, filter);
  }

  /** A transposed convolution, then the filter, then downsampling if set. */
  private String upsampling(
      String name, int kh, int kw, Upfirdn2d.Axis x, Upfirdn2d.Axis y, Shape filter) {
    int left = x.before() - (kw - 1);
    int right = x.after() - (kw - up);
    int top = y.before() - (kh - 1);
    int bottom = y.after() - (kh - up);
    int cropX = Math.max(Math.min(-left, -right), 0);
    int cropY = Math.max(Math.min(-top, -bottom), 0);
    var blur =
        new Upfirdn2d(
            new Upfirdn2d.Axis(1, 1, left + cropX, right + cropX),
            new Upfirdn2d.Axis(1, 1, top + cropY, bottom + cropY),
            flipFilter,
            up * up);
    var text = new StringBuilder(blur.method(name + "_fir", filter));
    if (down > 1) {
      var thin = new Upfirdn2d.Axis(1, down, 0, 0);
      text.append(new Upfirdn2d(thin, thin, flipFilter, 1).method(name + "_down", filter));
    }
    text.append(head(name))
        .append(
            Text.format(
                """
                  kernel = %s
                  grouped = torch.reshape(kernel, [groups, -1, torch.size(w, 1), %d, %d])
                  kernel = torch.flatten(torch.transpose(grouped, 1, 2), 0, 1)
                  x = torch.conv_transpose2d(x, kernel, None, [%d, %d], [%d, %d], [0, 0], groups, [1, 1])
                """,
                weight(flipWeight), kh, kw, up, up, cropY, cropX))
        .append(filtered(name + "_fir"));
    if (down > 1) {
      text.append(filtered(name + "_down"));
    }
    return text.append(BIASED).toString();
  }

  /** The padding of an axis, plus that which centres the filter. */
  private Upfirdn2d.Axis axis(int first, int last, int taps) {
    int before = first;
    int after = last;
    if (up > 1) {
      before += (taps + up - 1) / 2;
      after += Math.floorDiv(taps - up, 2);
    }
    if (down > 1) {
      before += Math.floorDiv(taps - down + 1, 2);
      after += Math.floorDiv(taps - down, 2);
    }
    return new Upfirdn2d.Axis(up, down, before, after);
  }

  private static Upfirdn2d.Axis at(Upfirdn2d.Axis axis, int up, int down) {
    return new Upfirdn2d.Axis(up, down, axis.before(), axis.after());
  }

  private static String head(String name) {
    return Text.format(
        "def %s(self, x: Tensor, w: Tensor, b: Optional[Tensor], f: Tensor, groups: int) -> Tensor:\n",
        name);
  }

  private static String filtered(String method) {
    return Text.format("  x = self.%s(x, f)\n", method);
  }

  private String padded() {
    return Text.format(
        "  x = torch.constant_pad_nd(x, [%d, %d, %d, %d], 0)\n",
        padding.left(), padding.right(), padding.top(), padding.bottom());
  }

  private String convolution(String bias, int stride, int padY, int padX) {
    return Text.format(
        "  x = torch.conv2d(x, %s, %s, [%d, %d], [%d, %d], [1, 1], groups)\n",
        weight(!flipWeight), bias, stride, stride, padY, padX);
  }

  private static String weight(boolean flipped) {
    return flipped ? "torch.flip(w, [2, 3])" : "w";
  }
}
