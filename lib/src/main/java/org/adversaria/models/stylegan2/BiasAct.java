package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.adversaria.nn.Compiled;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/**
 * Bias, activation, gain and clamp in one operation: {@code clamp(gain act(x + b))}.
 *
 * <p>The gain of an activation preserves the second moment of normal inputs: {@code sqrt(2)} for
 * activations that are about 0 on half of them.
 *
 * <p>Source: the published code of Karras et al., "Training Generative Adversarial Networks with
 * Limited Data", 2020 ({@code bias_act}).
 *
 * @param activation the function
 * @param alpha the slope of the leaky ReLU's negative side; unused by other functions
 * @param gain a factor of the activation
 * @param clamp the largest absolute value, or null for none
 */
record BiasAct(Function activation, double alpha, double gain, Double clamp) {

  /** The functions, each with its gain. */
  public enum Function {
    /** x. */
    LINEAR("x", 1),
    /** max(x, 0). */
    RELU("torch.relu(x)", Math.sqrt(2)),
    /** x where positive, else alpha x. */
    LRELU("torch.leaky_relu(x, %s)", Math.sqrt(2)),
    /** The hyperbolic tangent. */
    TANH("torch.tanh(x)", 1),
    /** 1 / (1 + exp(-x)). */
    SIGMOID("torch.sigmoid(x)", 1),
    /** x where positive, else exp(x) - 1. */
    ELU("torch.elu(x)", 1),
    /** The ELU with the constants of self-normalising networks. */
    SELU("torch.selu(x)", 1),
    /** log(1 + exp(x)). */
    SOFTPLUS("torch.softplus(x)", 1),
    /** x sigmoid(x). */
    SWISH("torch.mul(torch.sigmoid(x), x)", Math.sqrt(2));

    private final String expression;
    private final double gain;

    Function(String expression, double gain) {
      this.expression = expression;
      this.gain = gain;
    }

    /**
     * Returns the function's gain.
     *
     * @return 1 or sqrt(2)
     */
    public double gain() {
      return gain;
    }

    /**
     * True if act(g x) = g act(x) for every positive g, so that the gain may be applied before it.
     */
    boolean homogeneous() {
      return this == LINEAR || this == RELU || this == LRELU;
    }
  }

  /** The slope of the published networks. */
  private static final double SLOPE = 0.2;

  private record Compiled(BiasAct operation, int dimensions, int axis, boolean biased) {}

  private static final Map<Compiled, TorchScript> SCRIPTS = new ConcurrentHashMap<>();

  /**
   * A function with its own gain, the slope 0.2 and no clamp.
   *
   * @param activation the function
   * @return the operation
   */
  public static BiasAct of(Function activation) {
    return new BiasAct(activation, SLOPE, activation.gain(), null);
  }

  /**
   * The same with the gain and the clamp multiplied by a factor.
   *
   * @param factor above 0
   * @return the changed operation
   */
  public BiasAct scaled(double factor) {
    return new BiasAct(activation, alpha, gain * factor, clamp == null ? null : clamp * factor);
  }

  /**
   * The same with a clamp.
   *
   * @param value the largest absolute value, or null for none
   * @return the changed operation
   */
  public BiasAct clamped(Double value) {
    return new BiasAct(activation, alpha, gain, value);
  }

  /**
   * Applies the operation.
   *
   * @param x of any shape
   * @param bias {@code (C)}, or null for none
   * @param axis the axis of x that the bias belongs to, of size C
   * @return an array of the shape of x
   * @throws org.adversaria.torch.TorchScriptException if the shapes do not fit
   */
  public NDArray apply(NDArray x, NDArray bias, int axis) {
    var key = new Compiled(this, x.getShape().dimension(), axis, bias != null);
    TorchScript script = SCRIPTS.computeIfAbsent(key, BiasAct::compile);
    return bias == null ? script.method("act").call(x) : script.method("call").call(x, bias);
  }

  private static TorchScript compile(Compiled key) {
    BiasAct operation = key.operation();
    String act = operation.method("act", operation.gain());
    if (!key.biased()) {
      return TorchScript.of(act);
    }
    var shape = new StringBuilder();
    for (int i = 0; i < key.dimensions(); i++) {
      shape.append(i == 0 ? "" : ", ").append(i == key.axis() ? -1 : 1);
    }
    return TorchScript.of(
        act
            + Text.format(
                """
                def call(self, x: Tensor, b: Tensor) -> Tensor:
                  return self.act(torch.add(x, torch.reshape(b, [%s])))
                """,
                shape));
  }

  /** A script's method {@code NAME(x)}: the activation times a factor, and the clamp. */
  String method(String name, double factor) {
    String function = Text.format(activation.expression, alpha);
    String scaled = factor == 1 ? function : Text.format("torch.mul(%s, %s)", function, factor);
    // hardtanh, not clamp: its gradient is one operation, not four.
    String clamped =
        clamp == null ? scaled : Text.format("torch.hardtanh(%s, %s, %s)", scaled, -clamp, clamp);
    return Text.format("def %s(self, x: Tensor) -> Tensor:\n  return %s\n", name, clamped);
  }
}
