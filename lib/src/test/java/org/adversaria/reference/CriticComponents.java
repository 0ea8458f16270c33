package org.adversaria.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.Map;
import org.adversaria.nn.Elementwise;
import org.adversaria.nn.StateDict;
import org.adversaria.nn.TorchBlock;
import org.adversaria.regularizers.Dragan;
import org.adversaria.regularizers.GradientPenalty;
import org.adversaria.regularizers.WeightClip;
import org.adversaria.torch.TorchOps;

/** The registry's part for the critics of WGAN, WGAN-GP and DRAGAN. */
final class CriticComponents {

  private static final Shape STRIDE = new Shape(2, 2);
  private static final Shape PADDING = new Shape(1, 1);

  private CriticComponents() {}

  static Map<String, Component> all() {
    return Map.of(
        "regularizers.gradientpenalty", CriticComponents::gradientPenalty,
        "regularizers.weightclip", CriticComponents::weightClip);
  }

  private static Map<String, NDArray> gradientPenalty(ReferenceCase reference, NDManager manager) {
    double lambda = reference.doubleSetting("lambda");
    boolean dragan = reference.textSetting("kind").equals("dragan");
    return ReferenceComponents.loss(
        reference,
        manager,
        in -> dragan ? dragan(reference, in, lambda) : wganGp(reference, in, lambda));
  }

  private static NDArray wganGp(ReferenceCase reference, Map<String, NDArray> in, double lambda) {
    NDArray x = GradientPenalty.between(in.get("real"), in.get("fake"), in.get("alpha"));
    return new GradientPenalty(lambda).penalty(logits(reference, x, in), x);
  }

  private static NDArray dragan(ReferenceCase reference, Map<String, NDArray> in, double lambda) {
    var dragan = new Dragan(lambda, reference.doubleSetting("scale", 0.5));
    NDArray x = dragan.around(in.get("real"), in.get("alpha"), in.get("noise"));
    return dragan.penalty(logits(reference, x, in), x);
  }

  /** D(x), {@code (N)}, of one of the two networks of the cases. */
  private static NDArray logits(ReferenceCase reference, NDArray x, Map<String, NDArray> weights) {
    if (reference.textSetting("discriminator").equals("conv")) {
      NDArray h = leaky(convolution(x, weights, "model.0"));
      h = leaky(convolution(h, weights, "model.2"));
      return linear(h, weights, "linear");
    }
    NDArray h = Activation.tanh(linear(x, weights, "0"));
    h = Activation.tanh(linear(h, weights, "2"));
    return linear(h, weights, "4");
  }

  private static NDArray linear(NDArray x, Map<String, NDArray> weights, String name) {
    NDArray rows = x.reshape(x.getShape().get(0), -1);
    return ai.djl.nn.core.Linear.linear(
            rows, weights.get(name + ".weight"), weights.get(name + ".bias"))
        .singletonOrThrow();
  }

  private static NDArray convolution(NDArray x, Map<String, NDArray> weights, String name) {
    return TorchOps.conv2d(
        x, weights.get(name + ".weight"), weights.get(name + ".bias"), STRIDE, PADDING);
  }

  private static NDArray leaky(NDArray x) {
    return Elementwise.leakyRelu(0.2).forward(x, true);
  }

  private static Map<String, NDArray> weightClip(ReferenceCase reference, NDManager manager) {
    Map<String, NDArray> state = reference.state(manager);
    var network = new Stored(state);
    network.initialize(manager);
    StateDict.load(network, state, reference.toString());
    new WeightClip(reference.doubleSetting("bound")).clip(network);
    return network.stateDict();
  }

  /** A network of the arrays of a case, of which those with {@code running_} are buffers. */
  private static final class Stored extends TorchBlock {

    Stored(Map<String, NDArray> arrays) {
      arrays.forEach(
          (name, array) -> {
            if (name.contains("running_")) {
              buffer(name, Parameter.Type.OTHER, Initializer.ZEROS, array.getShape());
            } else {
              parameter(name, Parameter.Type.OTHER, Initializer.ZEROS, array.getShape());
            }
          });
    }

    @Override
    public NDList forward(NDList inputs, boolean training) {
      return inputs;
    }
  }
}
