package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.Layer;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/**
 * A convolution with an equalised learning rate, optional up- or downsampling by 2 with a low-pass
 * filter, bias, activation and clamp: {@code clamp(g act(conv(x, W / sqrt(in k k)) + b))}.
 *
 * <p>Parameters: {@code weight (out, in, k, k)}, initially normal; {@code bias (out)} if set; the
 * buffer {@code resample_filter (4, 4)}.
 *
 * <p>Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020; the
 * published code of StyleGAN2 with adaptive augmentation ({@code Conv2dLayer}).
 */
final class EqualizedConv2d extends Layer {

  /**
   * The settings of a layer.
   *
   * @param in input channels, at least 1
   * @param out output channels, at least 1
   * @param kernel the kernel's height and width, odd
   * @param withBias true for a bias per output channel
   * @param activation the function, with its gain and clamp
   * @param up 2 to double the size, or 1
   * @param down 2 to halve the size, or 1
   */
  public record Settings(
      int in, int out, int kernel, boolean withBias, BiasAct activation, int up, int down) {

    /**
     * A layer with bias that keeps the size.
     *
     * @param in input channels
     * @param out output channels
     * @param kernel the kernel's height and width, odd
     * @param activation the function
     * @return the settings
     */
    public static Settings of(int in, int out, int kernel, BiasAct activation) {
      return new Settings(in, out, kernel, true, activation, 1, 1);
    }

    /**
     * The same, doubling the size.
     *
     * @return the changed settings
     */
    public Settings doubling() {
      return new Settings(in, out, kernel, withBias, activation, 2, 1);
    }

    /**
     * The same, halving the size.
     *
     * @return the changed settings
     */
    public Settings halving() {
      return new Settings(in, out, kernel, withBias, activation, 1, 2);
    }

    /**
     * The same without a bias.
     *
     * @return the changed settings
     */
    public Settings unbiased() {
      return new Settings(in, out, kernel, false, activation, up, down);
    }
  }

  private final Parameter filter;
  private final Parameter weight;
  private final Parameter bias;
  private final TorchScript script;

  /**
   * Creates the layer.
   *
   * @param settings of the layer
   */
  public EqualizedConv2d(Settings settings) {
    int kernel = settings.kernel();
    weight =
        parameter(
            "weight",
            Parameter.Type.WEIGHT,
            Initializers.normal(1),
            new Shape(settings.out(), settings.in(), kernel, kernel));
    bias =
        settings.withBias()
            ? parameter("bias", Parameter.Type.BIAS, Initializer.ZEROS, new Shape(settings.out()))
            : null;
    filter = FirFilter.declare(this::buffer);
    script = TorchScript.of(script(settings), TorchScript.Mixed.IMAGES);
  }

  /** The gain of a homogeneous activation is multiplied into the weight and the bias. */
  private static String script(Settings settings) {
    BiasAct act = settings.activation();
    int kernel = settings.kernel();
    double early = act.activation().homogeneous() ? act.gain() : 1;
    double size = 1 / Math.sqrt(settings.in() * kernel * kernel);
    return act.method("act", act.gain() / early)
        + ResampledConv.layer(settings.up(), settings.down(), kernel)
            .methods("conv", new Shape(kernel, kernel), FirFilter.SHAPE)
        + Text.format(
            """
            def plain(self, x: Tensor, w: Tensor, f: Tensor) -> Tensor:
              t = ops.prim.dtype(x)
              return self.act(self.conv(x, torch.to(torch.mul(w, %1$s), t), None, torch.to(f, t), 1))

            def biased(self, x: Tensor, w: Tensor, b: Tensor, f: Tensor) -> Tensor:
              t = ops.prim.dtype(x)
              w = torch.to(torch.mul(w, %1$s), t)
              b = torch.to(torch.mul(b, %2$s), t)
              return self.act(self.conv(x, w, b, torch.to(f, t), 1))
            """,
            size * early, early);
  }

  /**
   * Convolves images.
   *
   * @param x {@code (N, in, H, W)}
   * @return {@code (N, out, H up / down, W up / down)}
   */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    NDArray w = weight.getArray();
    NDArray f = filter.getArray();
    return bias == null
        ? script.method("plain").call(x, w, f)
        : script.method("biased").call(x, w, bias.getArray(), f);
  }
}
