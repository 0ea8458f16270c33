package org.adversaria.nn;

import ai.djl.ndarray.NDList;
import java.io.IOException;
import java.nio.file.Path;
import org.adversaria.torch.Precision;
import org.adversaria.torch.TracedFunction;

/**
 * The forward pass of a network as one TorchScript, which can be read, called and saved.
 *
 * <pre>{@code
 * Compiled compiled = Compiled.of(network);
 * System.out.println(compiled.script(new NDList(x, labels), false));
 * compiled.save(Path.of("network.pt"), new NDList(x, labels), false);
 * }</pre>
 *
 * <p>Results equal the network's within rounding: convolutions run with the channels last in
 * memory. Gradients of every order, the order of random numbers and the changes of buffers are the
 * same. {@link TorchBlock#compile} compiles in place, for a network's own typed methods.
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
   * Compiles a network in float32.
   *
   * @param network an initialised network
   * @return the compiled network
   */
  public static Compiled of(TorchBlock network) {
    return of(network, Precision.FP32);
  }

  /**
   * Compiles a network.
   *
   * @param network an initialised network
   * @param precision of convolutions and matrix products
   * @return the compiled network
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
   * Returns the script for inputs of these shapes and types.
   *
   * @param inputs examples
   * @param training true for the script of training
   * @return the text of a TorchScript; its list {@code p} holds parameters and buffers
   * @throws UnsupportedOperationException if the network cannot be traced; the message has the
   *     reason
   */
  public String script(NDList inputs, boolean training) {
    return function(inputs, training).source("forward");
  }

  /**
   * Saves the network as a standard TorchScript file, code and weights, that {@code torch.jit.load}
   * of Python and C++ loads, without this library. The batch may have any size.
   *
   * @param file to write, usually {@code .pt}
   * @param inputs examples, of which only shapes and types are used
   * @param training true to save the computation of training
   * @throws IOException if the file cannot be written
   * @throws UnsupportedOperationException if the network cannot be traced; the message has the
   *     reason
   */
  public void save(Path file, NDList inputs, boolean training) throws IOException {
    function(inputs, training).save(file);
  }

  private TracedFunction function(NDList inputs, boolean training) {
    return CompiledCode.function(
        network, inputs, precision, examples -> network.forward(examples, training));
  }
}
