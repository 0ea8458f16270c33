package org.adversaria.nn;

import ai.djl.ndarray.NDList;
import java.io.IOException;
import java.nio.file.Path;
import org.adversaria.torch.Precision;
import org.adversaria.torch.TracedFunction;

/**
 * The forward pass of a network as one TorchScript: to read, to call and to save.
 *
 * <pre>{@code
 * Compiled compiled = Compiled.of(network);
 * System.out.println(compiled.script(new NDList(x, labels), false));
 * compiled.save(Path.of("network.pt"), new NDList(x, labels), false);
 * }</pre>
 *
 * <p>Results are the network's within rounding: convolutions run with the channels last in memory.
 * Gradients of every order flow, random numbers are drawn in the same order, buffers change alike.
 * {@link TorchBlock#compile} does the same in place, for a network's own typed methods.
 */
public final class Compiled {

  private static final String FORWARD = "forward(NDList)";

  private final TorchBlock network;
  private final Precision precision;
  private final CompiledCode code;

  private Compiled(TorchBlock network, Precision precision) {
    this.network = network;
    this.precision = precision;
    code = new CompiledCode(network);
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
   * Computes the network's outputs.
   *
   * @param inputs arrays of the same first dimension
   * @param training true in training
   * @return the outputs
   */
  public NDList forward(NDList inputs, boolean training) {
    return code.call(FORWARD, inputs, training, precision, x -> network.forward(x, training));
  }

  /**
   * Returns the script that is called for inputs like these.
   *
   * @param inputs examples
   * @param training true for the script of training
   * @return the text of a TorchScript; its list {@code p} holds parameters and buffers
   * @throws UnsupportedOperationException if the network cannot be traced; the message says why
   */
  public String script(NDList inputs, boolean training) {
    return function(inputs, training).source("forward");
  }

  /**
   * Saves the network as a standard TorchScript file, code and weights, that {@code torch.jit.load}
   * of Python and C++ loads, without this library. The batch may have any size.
   *
   * @param file to write, by custom {@code .pt}
   * @param inputs examples; their values do not matter
   * @param training true to save what the network does in training
   * @throws IOException if the file cannot be written
   * @throws UnsupportedOperationException if the network cannot be traced; the message says why
   */
  public void save(Path file, NDList inputs, boolean training) throws IOException {
    function(inputs, training).save(file);
  }

  private TracedFunction function(NDList inputs, boolean training) {
    return CompiledCode.function(
        network, inputs, precision, examples -> network.forward(examples, training));
  }
}
