package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.ConstantInitializer;
import ai.djl.training.initializer.Initializer;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.Layer;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/**
 * The affine map with an equalised learning rate, and an activation: {@code act(x (g W)^T + l b)}
 * with {@code g = l / sqrt(in)}.
 *
 * <p>Initial weights are normal with standard deviation 1 / l and are multiplied by g in each call.
 * An optimizer that normalises its steps, such as Adam, then changes the weights of all layers at
 * the same relative rate, times l.
 *
 * <p>Parameters: {@code weight (out, in)}, {@code bias (out)} where there is one.
 *
 * <p>Source: Karras et al., "Progressive Growing of GANs", 2018, section 4.1; the published code of
 * StyleGAN2 with adaptive augmentation ({@code FullyConnectedLayer}).
 */
final class EqualizedLinear extends Layer {

  private final Parameter weight;
  private final Parameter bias;
  private final TorchScript script;

  /**
   * Creates a layer without activation and with the learning rate of the network.
   *
   * @param in the number of inputs
   * @param out the number of outputs
   */
  public EqualizedLinear(int in, int out) {
    this(in, out, BiasAct.Function.LINEAR);
  }

  /**
   * Creates a layer with the learning rate of the network.
   *
   * @param in the number of inputs
   * @param out the number of outputs
   * @param activation with its own gain
   */
  public EqualizedLinear(int in, int out, BiasAct.Function activation) {
    this(in, out, activation, 1, 0);
  }

  /**
   * Creates the layer.
   *
   * @param in the number of inputs
   * @param out the number of outputs
   * @param activation with its own gain
   * @param rate the factor l of the learning rate
   * @param firstBias the initial bias
   */
  public EqualizedLinear(
      int in, int out, BiasAct.Function activation, double rate, double firstBias) {
    this(in, out, activation, rate, (Double) firstBias);
  }

  /** Without a bias if {@code firstBias} is null. */
  private EqualizedLinear(
      int in, int out, BiasAct.Function activation, double rate, Double firstBias) {
    weight =
        parameter(
            "weight", Parameter.Type.WEIGHT, Initializers.normal(1 / rate), new Shape(out, in));
    bias =
        firstBias == null
            ? null
            : parameter(
                "bias",
                Parameter.Type.BIAS,
                firstBias == 0
                    ? Initializer.ZEROS
                    : new ConstantInitializer(firstBias.floatValue()),
                new Shape(out));
    script = TorchScript.of(script(activation, rate, in));
  }

  /**
   * Creates a layer without bias.
   *
   * @param in the number of inputs
   * @param out the number of outputs
   * @param activation with its own gain
   * @param rate the factor l of the learning rate
   * @return the layer
   */
  public static EqualizedLinear unbiased(
      int in, int out, BiasAct.Function activation, double rate) {
    return new EqualizedLinear(in, out, activation, rate, null);
  }

  private static String script(BiasAct.Function activation, double rate, int in) {
    BiasAct act = BiasAct.of(activation);
    double gain = activation.homogeneous() ? act.gain() : 1;
    return act.method("act", act.gain() / gain)
        + Text.format(
            """
            def linear(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
              return self.act(torch.addmm(b, x, torch.t(w), beta=%1$s, alpha=%2$s))

            def unbiased(self, x: Tensor, w: Tensor) -> Tensor:
              return self.act(torch.mul(torch.matmul(x, torch.t(w)), %2$s))
            """,
            rate * gain, gain(rate, in) * gain);
  }

  /** The factor g of the stored weight. */
  static double gain(double rate, int in) {
    return rate / Math.sqrt(in);
  }

  /**
   * Applies the map to each row.
   *
   * @param x {@code (N, in)}
   * @return {@code (N, out)}
   */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    return bias == null
        ? script.method("unbiased").call(x, weight())
        : script.method("linear").call(x, weight(), bias());
  }

  /** The stored weight, for layers that combine several maps in one operation. */
  NDArray weight() {
    return weight.getArray();
  }

  /** The stored bias, of a layer that has one. */
  NDArray bias() {
    return bias.getArray();
  }
}
