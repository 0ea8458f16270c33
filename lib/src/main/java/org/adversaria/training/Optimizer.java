package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.adversaria.config.OpenType;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.FusedUpdates;
import org.adversaria.torch.FusedUpdates.AdamSettings;
import org.adversaria.torch.FusedUpdates.RmsPropSettings;
import org.adversaria.torch.FusedUpdates.SgdSettings;

/** The settings of an optimizer. {@link #bind} creates the state for one network. */
@OpenType
public interface Optimizer {

  /**
   * Creates the state for one network.
   *
   * @param network an initialised network
   * @return updates with initial state
   */
  Updates bind(TorchBlock network);

  /**
   * Returns this optimizer adapted to lazy regularisation, see {@link LazyTerm}.
   *
   * @param interval steps between two updates by lazy terms
   * @return the adapted optimizer; this one unless overridden
   */
  default Optimizer withUpdateEvery(int interval) {
    return this;
  }

  /** The state of an optimizer for one network, and its update. */
  abstract class Updates {

    private final NDList parameters;
    private final List<String> names;
    private final Map<String, NDArray> state = new LinkedHashMap<>();

    /**
     * For subclasses.
     *
     * @param network an initialised network
     */
    protected Updates(TorchBlock network) {
      parameters = network.trainable();
      names =
          network.getParameters().stream()
              .filter(pair -> pair.getValue().requiresGradient())
              .map(pair -> pair.getKey())
              .toList();
    }

    /**
     * Changes the network's parameters.
     *
     * @param gradients one for each trainable parameter, in their order
     * @param step the training step, for schedules
     */
    public abstract void apply(NDList gradients, long step);

    /**
     * Returns the state that checkpoints store.
     *
     * @return the state by name, such as {@code z_layer.weight.exp_avg}; the arrays, not copies
     */
    public final Map<String, NDArray> state() {
      return state;
    }

    /** The trainable parameters. */
    final NDList parameters() {
      return parameters;
    }

    /** Zeros like the parameters, stored under the names of PyTorch's optimizer states. */
    final NDList zeros(String name) {
      return store(name, NDArray::zerosLike);
    }

    /** A count of updates for each parameter, from 0. */
    final NDList counts() {
      return store("step", parameter -> managerOf(parameter).create(0f));
    }

    private NDList store(String name, UnaryOperator<NDArray> first) {
      var list = new NDList();
      for (int i = 0; i < parameters.size(); i++) {
        NDArray array = first.apply(parameters.get(i));
        NDScope.unregister(array);
        list.add(array);
        state.put(names.get(i) + "." + name, array);
      }
      return list;
    }

    private static NDManager managerOf(NDArray array) {
      return array.getManager();
    }
  }

  /**
   * Adam (Kingma and Ba, 2015).
   *
   * @param learningRate the step size, above 0
   * @param beta1 the decay of the first moment, in [0, 1)
   * @param beta2 the decay of the second moment, in [0, 1)
   * @param epsilon added to the root of the second moment, above 0
   * @param weightDecay times the parameter, added to the gradient; at least 0
   */
  record Adam(Schedule learningRate, double beta1, double beta2, double epsilon, double weightDecay)
      implements Optimizer {

    /**
     * Adam with a constant rate, epsilon 1e-8 and no weight decay.
     *
     * @param learningRate the step size, above 0
     * @param beta1 the decay of the first moment, in [0, 1)
     * @param beta2 the decay of the second moment, in [0, 1)
     */
    public Adam(double learningRate, double beta1, double beta2) {
      this(new Schedule.Constant(learningRate), beta1, beta2, 1e-8, 0);
    }

    /**
     * Adapts Adam to an additional update every k steps, that of a {@link LazyTerm}: with p = k /
     * (k + 1), the rate times p and the decays to the power of p, so that k + 1 updates have the
     * effect of k.
     *
     * <p>Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020,
     * appendix B.
     *
     * @param interval k
     * @return the adapted optimizer
     */
    @Override
    public Adam withUpdateEvery(int interval) {
      double part = interval / (interval + 1.0);
      return new Adam(
          learningRate.times(part),
          Math.pow(beta1, part),
          Math.pow(beta2, part),
          epsilon,
          weightDecay);
    }

    @Override
    public Updates bind(TorchBlock network) {
      return new Updates(network) {
        private final NDList counts = counts();
        private final NDList first = zeros("exp_avg");
        private final NDList second = zeros("exp_avg_sq");

        @Override
        public void apply(NDList gradients, long step) {
          var settings =
              new AdamSettings(learningRate.at(step), beta1, beta2, epsilon, weightDecay);
          FusedUpdates.adam(parameters(), gradients, first, second, counts, settings);
        }
      };
    }
  }

  /**
   * RMSProp as PyTorch defines it.
   *
   * @param learningRate the step size, above 0
   * @param alpha the decay of the running means, in [0, 1)
   * @param epsilon added to the root, above 0
   * @param weightDecay times the parameter, added to the gradient; at least 0
   * @param momentum in [0, 1); 0 for none
   * @param centred true to divide by the standard deviation in place of the root mean square
   */
  record RmsProp(
      Schedule learningRate,
      double alpha,
      double epsilon,
      double weightDecay,
      double momentum,
      boolean centred)
      implements Optimizer {

    /**
     * RMSProp with a constant rate, alpha 0.99 and epsilon 1e-8, without weight decay and momentum.
     *
     * @param learningRate the step size
     */
    public RmsProp(double learningRate) {
      this(new Schedule.Constant(learningRate), 0.99, 1e-8, 0, 0, false);
    }

    @Override
    public Updates bind(TorchBlock network) {
      return new Updates(network) {
        private final NDList squares = zeros("square_avg");
        private final NDList means = zeros("grad_avg");
        private final NDList buffers = zeros("momentum_buffer");

        @Override
        public void apply(NDList gradients, long step) {
          var settings =
              new RmsPropSettings(
                  learningRate.at(step), alpha, epsilon, weightDecay, momentum, centred);
          FusedUpdates.rmsProp(parameters(), gradients, squares, means, buffers, settings);
        }
      };
    }
  }

  /**
   * Stochastic gradient descent: buffer = momentum buffer + gradient, parameter -= rate buffer.
   *
   * @param learningRate the step size, above 0
   * @param momentum in [0, 1); 0 for none
   * @param weightDecay times the parameter, added to the gradient; at least 0
   * @param nesterov true to step along gradient + momentum buffer
   */
  record Sgd(Schedule learningRate, Schedule momentum, double weightDecay, boolean nesterov)
      implements Optimizer {

    @Override
    public Updates bind(TorchBlock network) {
      return new Updates(network) {
        private final NDList buffers = zeros("momentum_buffer");

        @Override
        public void apply(NDList gradients, long step) {
          var settings =
              new SgdSettings(learningRate.at(step), momentum.at(step), weightDecay, nesterov);
          FusedUpdates.sgd(parameters(), gradients, buffers, settings);
        }
      };
    }
  }
}
