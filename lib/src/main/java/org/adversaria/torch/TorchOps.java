package org.adversaria.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Operators of PyTorch that DJL's engine lacks or exposes in part; gradients of any order flow. */
public final class TorchOps {

  /**
   * The geometry of a transposed convolution, equal in height and width.
   *
   * @param stride at least 1
   * @param padding at least 0
   * @param outputPadding rows and columns added at the far side, less than the stride
   * @param groups the number of channel groups
   */
  public record Transposed(int stride, int padding, int outputPadding, int groups) {}

  private static final Shape NONE = new Shape(0, 0);

  private record Plain(Shape stride, Shape padding) {}

  private static final Map<Plain, TorchScript> PLAIN = new ConcurrentHashMap<>();
  private static final Map<Shape, TorchScript> THINNED = new ConcurrentHashMap<>();
  private static final Map<Transposed, TorchScript> TRANSPOSED = new ConcurrentHashMap<>();

  private static final Map<Double, TorchScript> INSTANCE_NORMS = new ConcurrentHashMap<>();
  private static final Map<BatchNorm, TorchScript> BATCH_NORMS = new ConcurrentHashMap<>();

  private static final Map<Size, TorchScript> RESIZES = new ConcurrentHashMap<>();

  private record Sides(int left, int right, int top, int bottom) {}

  private static final Map<Sides, TorchScript> REFLECTIONS = new ConcurrentHashMap<>();

  private static final TorchScript SCALE_AND_SHIFT =
      TorchScript.of(
          """
          def scale_and_shift(self, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
            return torch.addcmul(shift, x, scale)
          """,
          TorchScript.Mixed.FOLLOWS);

  /** 4x4 kernels of sums over 2x2 windows of a 3x3 kernel padded with zeros. */
  private static final TorchScript KERNELS =
      TorchScript.of(
          """
          def enlarging(self, w: Tensor) -> Tensor:
            sums = torch.avg_pool2d(w, [2, 2], [1, 1], [1, 1], False, True, 1)
            return torch.flip(torch.transpose(sums, 0, 1), [2, 3])

          def averaging(self, w: Tensor) -> Tensor:
            return torch.avg_pool2d(w, [2, 2], [1, 1], [1, 1], False, True, 4)
          """);

  /**
   * Convolutions of one position: the kernels cover the images, or transposed, the images are one
   * pixel. They are a matrix product. Rows have channels last, as the images in compiled networks,
   * whose gradients then keep that layout.
   */
  private static final TorchScript DENSE =
      TorchScript.of(
          """
          def plain(self, x: Tensor, w: Tensor) -> Tensor:
            return self.pixel(torch.linear(self.rows(x), self.rows(w), None))

          def biased(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
            return self.pixel(torch.linear(self.rows(x), self.rows(w), b))

          def rows(self, x: Tensor) -> Tensor:
            return torch.flatten(torch.permute(x, [0, 2, 3, 1]), 1)

          def pixel(self, y: Tensor) -> Tensor:
            return torch.unsqueeze(torch.unsqueeze(y, 2), 3)

          def transposed_plain(self, x: Tensor, w: Tensor) -> Tensor:
            return self.kernels(torch.matmul(torch.flatten(x, 1), torch.flatten(w, 1)), w)

          def transposed_biased(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
            return torch.add(self.transposed_plain(x, w), torch.reshape(b, [1, -1, 1, 1]))

          def kernels(self, y: Tensor, w: Tensor) -> Tensor:
            k = torch.size(w, 2)
            y = torch.reshape(y, [-1, torch.size(w, 1), k, torch.size(w, 3)])
            return torch.contiguous(y, memory_format=2)
          """,
          TorchScript.Mixed.PRODUCT);

  private record Size(int height, int width) {}

  private TorchOps() {}

  /**
   * Multiplies by a number, for arrays with gradients.
   *
   * <p>{@code x.mul(number)} of DJL must not be part of a graph: it closes the number's array,
   * whose memory the next garbage collection may free before the gradient is computed. Here the
   * number's array lives as long as the manager or scope of the step.
   *
   * @param x any shape, floating point
   * @param factor the number
   * @return factor x, of the type of x
   */
  public static NDArray scale(NDArray x, double factor) {
    Tracer tracer = Tracer.current();
    if (tracer != null) {
      return tracer.scale(x, factor);
    }
    NDArray number = x.getManager().create((float) factor);
    return x.mul(number.toType(DataTypes.require(x.getDataType()), false));
  }

  /**
   * Copies rows of an array. The result belongs to the scope of the caller too, if there is one.
   *
   * @param x {@code (M, ...)}
   * @param rows numbers of rows in [0, M), in any order and number
   * @param owner of the result, which is on its device
   * @return {@code (rows.length, ...)}
   */
  public static NDArray rows(NDArray x, long[] rows, NDManager owner) {
    try (NDArray numbers = x.getManager().create(rows);
        NDArray indices = numbers.toDevice(x.getDevice(), false)) {
      NDArray found = x.get(indices);
      NDArray copy = found.toDevice(owner.getDevice(), false);
      if (copy != found) {
        found.close();
      }
      copy.attach(owner);
      return copy;
    }
  }

  /**
   * Increments a number in place.
   *
   * @param count an integer scalar
   */
  public static void count(NDArray count) {
    Tracer tracer = Tracer.current();
    if (tracer == null) {
      count.addi(1);
    } else {
      tracer.count(count);
    }
  }

  /**
   * Convolution as PyTorch defines it, with the workaround for this processor if needed, see {@link
   * EngineCheck}.
   *
   * @param x the input, {@code (N, C_in, H, W)}
   * @param weight the kernels, {@code (C_out, C_in, kH, kW)}
   * @param bias {@code (C_out)}, or null
   * @param stride of rows and columns
   * @param padding rows and columns of zeros on each side
   * @return {@code (N, C_out, H', W')} with {@code H' = floor((H + 2 padding - kH) / stride) + 1}
   * @throws TorchScriptException or an exception of DJL's if the shapes do not fit
   */
  public static NDArray conv2d(
      NDArray x, NDArray weight, NDArray bias, Shape stride, Shape padding) {
    if (weight.getShape().slice(2).size() == 1 && stride.size() > 1 && padding.equals(NONE)) {
      // Without AVX-512 oneDNN's kernel for the gradient of such a weight, with channels last and
      // numbers of channels that are not multiples of 8, writes outside of its arrays.
      NDArray sampled =
          THINNED.computeIfAbsent(stride, TorchOps::thinningScript).method("thin").call(x);
      return conv2d(sampled, weight, bias, new Shape(1, 1), padding);
    }
    if (padding.equals(NONE) && x.getShape().slice(1).equals(weight.getShape().slice(1))) {
      return product(DENSE, "", x, weight, bias);
    }
    // A trace has PyTorch's own operation; its script selects the way when it is compiled.
    EngineCheck.require();
    if (Tracer.current() != null || EngineCheck.ways().direct()) {
      return Conv2d.conv2d(x, weight, bias, stride, padding).singletonOrThrow();
    }
    TorchScript script = PLAIN.computeIfAbsent(new Plain(stride, padding), TorchOps::plainScript);
    return product(script, "", x, weight, bias);
  }

  /** Calls the method of a script for convolutions with bias, or the one without. */
  private static NDArray product(
      TorchScript script, String prefix, NDArray x, NDArray weight, NDArray bias) {
    return bias == null
        ? script.method(prefix + "plain").call(x, weight)
        : script.method(prefix + "biased").call(x, weight, bias);
  }

  /**
   * Transposed convolution, the gradient of a convolution with respect to its input.
   *
   * @param x the input, {@code (N, C_in, H, W)}
   * @param weight the kernels, {@code (C_in, C_out / groups, kH, kW)}
   * @param bias {@code (C_out)}, or null
   * @param geometry stride, padding, output padding and groups
   * @return {@code (N, C_out, H', W')} with {@code H' = (H - 1) stride - 2 padding + kH +
   *     outputPadding}
   * @throws TorchScriptException if the shapes do not fit
   */
  public static NDArray convTranspose2d(
      NDArray x, NDArray weight, NDArray bias, Transposed geometry) {
    if (isDense(x.getShape(), weight.getShape(), geometry)) {
      return product(DENSE, "transposed_", x, weight, bias);
    }
    TorchScript script = TRANSPOSED.computeIfAbsent(geometry, TorchOps::transposedScript);
    return product(script, "", x, weight, bias);
  }

  private static boolean isDense(Shape x, Shape weight, Transposed geometry) {
    return x.dimension() == 4
        && x.slice(2).size() == 1
        && x.get(1) == weight.get(0)
        && geometry.padding() + geometry.outputPadding() == 0
        && geometry.groups() == 1;
  }

  /**
   * Returns the kernel of a transposed convolution of stride 2 and padding 1 that equals
   * nearest-neighbour upsampling followed by a convolution with padding 1.
   *
   * @param weight of the convolution, {@code (out, in, 3, 3)}
   * @return {@code (in, out, 4, 4)}
   */
  public static NDArray enlargingKernel(NDArray weight) {
    return KERNELS.method("enlarging").call(weight);
  }

  /**
   * Returns the kernel of a convolution of stride 2 and padding 1 that equals a convolution with
   * padding 1 followed by the mean over 2x2 pixels.
   *
   * @param weight of the convolution, {@code (out, in, 3, 3)}
   * @return {@code (out, in, 4, 4)}
   */
  public static NDArray averagingKernel(NDArray weight) {
    return KERNELS.method("averaging").call(weight);
  }

  /**
   * Instance normalisation (Ulyanov et al., 2016, equation 7): each channel of each image is
   * normalised to mean 0 and variance 1 over its pixels, then scaled and shifted.
   *
   * @param x {@code (N, C, H, W)}
   * @param weight the scale {@code (C)}, or null together with the bias for none
   * @param bias the shift {@code (C)}
   * @param epsilon added to the (biased) variance
   * @return {@code (N, C, H, W)}
   * @throws TorchScriptException if the shapes do not fit
   */
  public static NDArray instanceNorm(NDArray x, NDArray weight, NDArray bias, double epsilon) {
    TorchScript script = INSTANCE_NORMS.computeIfAbsent(epsilon, TorchOps::instanceNormScript);
    return weight == null
        ? script.method("plain").call(x)
        : script.method("affine").call(x, weight, bias);
  }

  /**
   * The constants of a batch normalisation.
   *
   * @param momentum the weight of the new batch in the running statistics, as in PyTorch
   * @param epsilon added to the variance
   */
  public record BatchNorm(double momentum, double epsilon) {}

  /**
   * Batch normalisation (Ioffe and Szegedy, 2015, algorithm 1) as PyTorch defines it.
   *
   * @param x {@code (N, C)} or {@code (N, C, H, W)}
   * @param weight the scale {@code (C)}, or null together with the bias for none
   * @param bias the shift {@code (C)}
   * @param runningMean {@code (C)}, changed in place in training
   * @param runningVariance {@code (C)}, the unbiased variance, changed in place in training
   * @param training true to normalise by the batch's statistics, false by the running ones
   * @param constants momentum and epsilon
   * @return an array of the shape of x
   * @throws TorchScriptException if the shapes do not fit
   */
  public static NDArray batchNorm(
      NDArray x,
      NDArray weight,
      NDArray bias,
      NDArray runningMean,
      NDArray runningVariance,
      boolean training,
      BatchNorm constants) {
    TorchScript script = BATCH_NORMS.computeIfAbsent(constants, TorchOps::batchNormScript);
    String mode = training ? "train" : "evaluate";
    return weight == null
        ? script.method(mode + "_plain").call(x, runningMean, runningVariance)
        : script.method(mode).call(x, weight, bias, runningMean, runningVariance);
  }

  /**
   * Multiplies and adds in one pass over x.
   *
   * @param x any shape
   * @param scale of a shape that broadcasts to that of x
   * @param shift of a shape that broadcasts to that of x
   * @return scale x + shift, of the type of x
   * @throws TorchScriptException if the shapes do not fit
   */
  public static NDArray scaleAndShift(NDArray x, NDArray scale, NDArray shift) {
    return SCALE_AND_SHIFT.method("scale_and_shift").call(x, scale, shift);
  }

  /**
   * Pads images by reflection: beyond an edge the pixels before it follow in reverse order, without
   * the edge's own.
   *
   * @param x {@code (N, C, H, W)}
   * @param left columns added at the left, at least 0 and less than W
   * @param right columns added at the right
   * @param top rows added at the top, at least 0 and less than H
   * @param bottom rows added at the bottom
   * @return {@code (N, C, top + H + bottom, left + W + right)}
   * @throws TorchScriptException if the images are too small
   */
  public static NDArray reflectionPad(NDArray x, int left, int right, int top, int bottom) {
    return REFLECTIONS
        .computeIfAbsent(new Sides(left, right, top, bottom), TorchOps::reflectionScript)
        .method("pad")
        .call(x);
  }

  /**
   * Resizes images by PyTorch's antialiased bilinear interpolation. Along an axis of scale s = old
   * / new, the new pixel i is the mean of the old pixels j with weights {@code max(0, 1 - |j + 1/2
   * - (i + 1/2) s| / max(s, 1))}: a triangle whose width grows with s, so that no pixel is skipped.
   *
   * @param images {@code (N, C, H, W)}, float32 or float64
   * @param height the new height
   * @param width the new width
   * @return {@code (N, C, height, width)}
   * @throws TorchScriptException if the images have not four dimensions or a size is not positive
   */
  public static NDArray resize(NDArray images, int height, int width) {
    return RESIZES
        .computeIfAbsent(new Size(height, width), TorchOps::resizeScript)
        .method("resize")
        .call(images);
  }

  private static TorchScript resizeScript(Size size) {
    return TorchScript.of(
        Text.format(
            """
            def resize(self, x: Tensor) -> Tensor:
              return torch._upsample_bilinear2d_aa(x, [%d, %d], False, None, None)
            """,
            size.height(), size.width()));
  }

  private static TorchScript reflectionScript(Sides sides) {
    return TorchScript.of(
        Text.format(
            """
            def pad(self, x: Tensor) -> Tensor:
              return torch.reflection_pad2d(x, [%d, %d, %d, %d])
            """,
            sides.left(), sides.right(), sides.top(), sides.bottom()),
        TorchScript.Mixed.FIRST);
  }

  private static TorchScript instanceNormScript(double epsilon) {
    return TorchScript.of(
        Text.format(
            """
            def plain(self, x: Tensor) -> Tensor:
              return torch.instance_norm(x, None, None, None, None, True, 0.0, %1$s, True)

            def affine(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
              return torch.instance_norm(x, w, b, None, None, True, 0.0, %1$s, True)
            """,
            epsilon),
        TorchScript.Mixed.FIRST);
  }

  private static TorchScript batchNormScript(BatchNorm constants) {
    String affine =
        """
        def %s(self, x: Tensor, w: Tensor, b: Tensor, mean: Tensor, var: Tensor) -> Tensor:
          return torch.batch_norm(x, w, b, mean, var, %s, %s, %s, True)
        """;
    String plain =
        """
        def %s_plain(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
          return torch.batch_norm(x, None, None, mean, var, %s, %s, %s, True)
        """;
    double momentum = constants.momentum();
    double epsilon = constants.epsilon();
    return TorchScript.of(
        Text.format(affine, "train", "True", momentum, epsilon)
            + Text.format(affine, "evaluate", "False", momentum, epsilon)
            + Text.format(plain, "train", "True", momentum, epsilon)
            + Text.format(plain, "evaluate", "False", momentum, epsilon),
        TorchScript.Mixed.FIRST);
  }

  private static TorchScript thinningScript(Shape stride) {
    return TorchScript.of(
        """
        def thin(self, x: Tensor) -> Tensor:
          return torch.slice(torch.slice(x, 2, 0, None, @ROWS), 3, 0, None, @COLUMNS)
        """
            .replace("@ROWS", Long.toString(stride.get(0)))
            .replace("@COLUMNS", Long.toString(stride.get(1))),
        TorchScript.Mixed.FIRST);
  }

  private static TorchScript plainScript(Plain g) {
    String tail =
        Arrays.toString(g.stride().getShape())
            + ", "
            + Arrays.toString(g.padding().getShape())
            + ", [1, 1], 1";
    return TorchScript.of(
        """
        def plain(self, x: Tensor, w: Tensor) -> Tensor:
          return torch.conv2d(x, w, None, @TAIL)

        def biased(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
          return torch.conv2d(x, w, b, @TAIL)
        """
            .replace("@TAIL", tail));
  }

  private static TorchScript transposedScript(Transposed g) {
    String tail =
        Text.format(
            "[%1$d, %1$d], [%2$d, %2$d], [%3$d, %3$d], %4$d",
            g.stride(), g.padding(), g.outputPadding(), g.groups());
    return TorchScript.of(
        Text.format(
            """
            def plain(self, x: Tensor, w: Tensor) -> Tensor:
              return torch.conv_transpose2d(x, w, None, %1$s)

            def biased(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
              return torch.conv_transpose2d(x, w, b, %1$s)
            """,
            tail),
        TorchScript.Mixed.PRODUCT);
  }
}
