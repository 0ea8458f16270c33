package org.adversaria.torch;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A network from a TorchScript file ({@code .pt}): code and weights, as written by {@code
 * torch.jit.save}. Calls are in evaluation mode and without gradients, except {@link
 * #differentiable}.
 *
 * <pre>{@code
 * try (var network = ScriptFile.load(Path.of("network.pt"), Device.cpu())) {
 *   NDArray y = network.call("forward", x, true);
 * }
 * }</pre>
 *
 * <p>A script is a program: load files from trusted sources only.
 */
public final class ScriptFile implements AutoCloseable {

  private static final Map<String, ScriptFile> SHARED = new ConcurrentHashMap<>();

  private final Path file;
  private final NDManager manager;
  private final PtSymbolBlock module;
  private final List<String> methods;

  private ScriptFile(Path file, NDManager manager, PtSymbolBlock module) {
    this.file = file;
    this.manager = manager;
    this.module = module;
    methods = List.of(JniUtils.getMethodNames(module));
  }

  /**
   * Loads a network in evaluation mode.
   *
   * @param file a file written by {@code torch.jit.save}
   * @param device the device of the network
   * @return the network, to be closed by the caller
   * @throws IllegalArgumentException if there is no such file
   * @throws TorchScriptException if the file is damaged or not of this kind, such as a state dict
   */
  public static ScriptFile load(Path file, Device device) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          Text.format("There is no file %s; name a TorchScript file", file.toAbsolutePath()));
    }
    NDManager manager = NDManager.newBaseManager(device, "PyTorch");
    try {
      PtSymbolBlock module =
          JniUtils.loadModule(
              (PtNDManager) manager, file, true, new String[0], new String[0], false);
      JniUtils.enableInferenceMode(module);
      return new ScriptFile(file, manager, module);
    } catch (EngineException e) {
      manager.close();
      throw new TorchScriptException(
          Text.format(
              """
              %s cannot be loaded as TorchScript. A state dict holds weights without code: in Python \
              save the network itself, torch.jit.save(torch.jit.script(network), path). If it should \
              be TorchScript, get the file again. PyTorch says: %s""",
              file, e.getMessage()),
          e);
    }
  }

  /**
   * Loads a network once in a process; later calls with equal arguments return the same one.
   *
   * @param file as for {@link #load}
   * @param device the device of the network
   * @return the network, not to be closed
   * @throws IllegalArgumentException if there is no such file
   * @throws TorchScriptException if the file is damaged or not of this kind, such as a state dict
   */
  public static ScriptFile shared(String file, Device device) {
    return SHARED.computeIfAbsent(file + " on " + device, key -> load(Path.of(file), device));
  }

  /**
   * Calls {@code forward} with gradients.
   *
   * @param arguments its arrays
   * @return its result, one tensor, attached to the first array's manager
   * @throws TorchScriptException if the call fails, or the result is not one tensor
   */
  public NDArray differentiable(NDArray... arguments) {
    EngineCheck.foreignGradients();
    try {
      NDList results = IValueUtils.forward(module, new NDList(arguments), true);
      return results.singletonOrThrow();
    } catch (EngineException | IndexOutOfBoundsException e) {
      throw new TorchScriptException(
          Text.format("'forward' of %s failed: %s", file, e.getMessage()), e);
    }
  }

  /**
   * Returns the file.
   *
   * @return the path the network was loaded from
   */
  public Path file() {
    return file;
  }

  /**
   * Returns the device of the network, on which arguments have to be.
   *
   * @return the device
   */
  public Device device() {
    return manager.getDevice();
  }

  /**
   * Calls a method that returns one tensor.
   *
   * @param method such as {@code forward}
   * @param arguments the first arguments of the method, in its order: {@link NDArray}, non-empty
   *     {@link NDList}, {@code Double}, {@code Long}, {@code Integer}, {@code Boolean}; at least
   *     one array. Others have the script's defaults
   * @return the result, attached to the first array's manager
   * @throws IllegalArgumentException if there is no such method, or an argument of another type
   * @throws TorchScriptException if the call fails, or the result is not one tensor
   */
  public NDArray call(String method, Object... arguments) {
    NDList results = callList(method, arguments);
    if (results.size() != 1) {
      int count = results.size();
      results.close();
      throw new TorchScriptException(
          Text.format("'%s' of %s returns %d tensors where one was expected", method, file, count),
          null);
    }
    return results.get(0);
  }

  /**
   * Calls a method that returns a tensor, or a tuple, list or dictionary of tensors.
   *
   * @param method such as {@code forward}
   * @param arguments as for {@link #call}
   * @return the results, attached to the first array's manager
   * @throws IllegalArgumentException if there is no such method, or an argument of another type
   * @throws TorchScriptException if the call fails, or the result is of another type
   */
  public NDList callList(String method, Object... arguments) {
    if (!methods.contains(method)) {
      throw new IllegalArgumentException(
          Text.format("%s has no method '%s'; it has %s", file, method, methods));
    }
    NDArray firstArray = ScriptArguments.firstArray(arguments);
    if (firstArray == null) {
      throw new IllegalArgumentException(
          Text.format("'%s' needs at least one array, but none of its arguments is one", method));
    }
    try (var values = new ScriptArguments(method, arguments);
        IValue result =
            EngineCheck.foreignOutput(
                () -> IValueUtils.runMethod(module, method, values.values()));
        NDList inference = result.toNDList((PtNDManager) firstArray.getManager())) {
      // DJL runs such a call in inference mode; its tensors cannot be part of graphs, their copies
      // can.
      return new NDList(inference.stream().map(NDArray::duplicate).toList());
    } catch (EngineException | UnsupportedOperationException e) {
      throw new TorchScriptException(
          Text.format("'%s' of %s failed: %s", method, file, e.getMessage()), e);
    }
  }

  /** Frees the network. */
  @Override
  public void close() {
    module.close();
    manager.close();
  }
}
