package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.adversaria.torch.Precision;
import org.adversaria.torch.TracedFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network whose forward pass is one native call: its Java code is recorded as a script at the
 * first call, and the script is called from then on, with the network's own parameters and buffers.
 *
 * <pre>{@code
 * Compiled fast = Compiled.of(network);
 * NDList y = fast.forward(new NDList(x, labels), true);
 * System.out.println(fast.script(new NDList(x, labels), true));
 * }</pre>
 *
 * <p>Results are the network's within rounding: convolutions run with the channels last in memory.
 * Gradients of every order flow, random numbers are drawn in the same order, buffers change alike.
 * Training and evaluation, and inputs of other shapes, are recorded one by one; the size of the
 * batch may change from call to call. A network that cannot be recorded computes as it did, in 32
 * bits, and the log says why.
 *
 * <p>Its parameters are the network's: names, arrays and all.
 */
public final class Compiled extends TorchBlock {

  private static final Logger LOG = LoggerFactory.getLogger(Compiled.class);

  private final TorchBlock network;
  private final Function whole;
  private final Precision precision;

  /** A computation of a network that is recorded. */
  @FunctionalInterface
  public interface Code {
    /**
     * Computes.
     *
     * @param inputs arrays of the same first dimension
     * @param training true while training
     * @return the results
     */
    NDList forward(NDList inputs, boolean training);
  }

  private Compiled(TorchBlock network, Precision precision) {
    super(network);
    this.network = network;
    this.precision = precision;
    whole = function(network, precision, network::forward);
  }

  /**
   * Compiles a network in 32 bits.
   *
   * @param network an initialised network
   * @return the network, faster
   */
  public static Compiled of(TorchBlock network) {
    return of(network, Precision.FP32);
  }

  /**
   * Compiles a network.
   *
   * @param network an initialised network
   * @param precision of convolutions and matrix products
   * @return the network, faster
   */
  public static Compiled of(TorchBlock network, Precision precision) {
    return new Compiled(network, precision);
  }

  /**
   * Compiles a part of a network, such as the features of a discriminator.
   *
   * @param network an initialised network
   * @param precision of convolutions and matrix products
   * @param code what to compute with its parameters
   * @return the function
   */
  public static Function function(TorchBlock network, Precision precision, Code code) {
    return new Function(network, precision, code);
  }

  /** {@inheritDoc} */
  @Override
  public NDList forward(NDList inputs, boolean training) {
    return whole.forward(inputs, training);
  }

  /**
   * Returns the script that is called for inputs like these.
   *
   * @param inputs examples
   * @param training true for the script of training
   * @return the text of a TorchScript; its list {@code p} holds parameters and buffers
   * @throws UnsupportedOperationException if the network cannot be recorded; the message says why
   */
  public String script(NDList inputs, boolean training) {
    return record(network, precision, network::forward, inputs, training).source("forward");
  }

  /**
   * Saves the network as a standard TorchScript file, code and weights, that {@code torch.jit.load}
   * of Python and C++ loads, without this library. The batch may have any size.
   *
   * @param file to write, by custom {@code .pt}
   * @param inputs examples; their values do not matter
   * @param training true to save what the network does while training
   * @throws IOException if the file cannot be written
   * @throws UnsupportedOperationException if the network cannot be recorded; the message says why
   */
  public void save(Path file, NDList inputs, boolean training) throws IOException {
    record(network, precision, network::forward, inputs, training).save(file);
  }

  private static TracedFunction record(
      TorchBlock network, Precision precision, Code code, NDList inputs, boolean training) {
    return TracedFunction.of(
        precision, arrays(network), examples -> code.forward(examples, training), inputs);
  }

  /** Parameters and buffers, and the counts that published state dicts leave out. */
  private static Map<String, NDArray> arrays(TorchBlock network) {
    var arrays = new LinkedHashMap<String, NDArray>(network.stateDict());
    List<RunningStatistics> layers = StandingStatistics.find(network);
    for (int i = 0; i < layers.size(); i++) {
      NDArray count = layers.get(i).batchesTracked();
      if (arrays.values().stream().noneMatch(array -> array == count)) {
        arrays.put("batches_tracked." + i, count);
      }
    }
    return arrays;
  }

  /** A compiled computation of a network. */
  public static final class Function implements Code {

    private final TorchBlock network;
    private final Precision precision;
    private final Code code;
    private final Map<Kind, Optional<TracedFunction>> recorded = new ConcurrentHashMap<>();

    /** What one recording is for. */
    private record Kind(boolean training, List<Shape> shapes, List<DataType> types) {}

    private Function(TorchBlock network, Precision precision, Code code) {
      this.network = network;
      this.precision = precision;
      this.code = code;
    }

    /** {@inheritDoc} */
    @Override
    public NDList forward(NDList inputs, boolean training) {
      if (!oneBatch(inputs)) {
        return code.forward(inputs, training);
      }
      var kind = kind(inputs, training);
      Optional<TracedFunction> function = recorded.get(kind);
      if (function == null) {
        function = record(inputs, training);
        recorded.put(kind, function);
      }
      return function.isPresent() ? function.get().call(inputs) : code.forward(inputs, training);
    }

    private static boolean oneBatch(NDList inputs) {
      long size = inputs.get(0).getShape().dimension() == 0 ? 0 : inputs.get(0).getShape().get(0);
      return size > 0
          && inputs.stream()
              .allMatch(x -> x.getShape().dimension() > 0 && x.getShape().get(0) == size);
    }

    private static Kind kind(NDList inputs, boolean training) {
      var shapes = new ArrayList<Shape>();
      var types = new ArrayList<DataType>();
      for (NDArray input : inputs) {
        shapes.add(input.getShape().slice(1));
        types.add(input.getDataType());
      }
      return new Kind(training, shapes, types);
    }

    private Optional<TracedFunction> record(NDList inputs, boolean training) {
      try {
        return Optional.of(Compiled.record(network, precision, code, inputs, training));
      } catch (RuntimeException e) {
        LOG.warn(
            "{} runs uncompiled and in fp32: {}",
            network.getClass().getSimpleName(),
            e.getMessage(),
            LOG.isDebugEnabled() ? e : null);
        return Optional.empty();
      }
    }
  }
}
