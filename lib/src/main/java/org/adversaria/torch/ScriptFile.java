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
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
 * <p>A script is a program. A file is examined before PyTorch loads it: its code may name operators
 * that compute and what the file itself defines, and nothing that reads or writes files, prints or
 * reaches outside of the process. Not examined is how much it computes: a script may take all
 * memory or never end. {@link #trust} leaves the examination out.
 */
public final class ScriptFile implements AutoCloseable {

  private static final Map<String, ScriptFile> SHARED = new ConcurrentHashMap<>();

  private static final Set<Path> TRUSTED = ConcurrentHashMap.newKeySet();

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
   * @throws TorchScriptException if the file is damaged or not of this kind, such as a state dict,
   *     or asks for more than computing
   */
  public static ScriptFile load(Path file, Device device) {
    requireFile(file);
    return isTrusted(file) ? open(file, file, device) : loadExamined(file, device);
  }

  /**
   * Trusts a file as a program of one's own: from now on, {@link #load} and {@link #shared} pass it
   * to PyTorch as it is, without an examination.
   *
   * @param file an existing file
   * @throws IllegalArgumentException if there is no such file
   */
  public static void trust(Path file) {
    requireFile(file);
    TRUSTED.add(real(file));
  }

  private static boolean isTrusted(Path file) {
    return TRUSTED.contains(real(file));
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  private static void requireFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          Text.format("There is no file %s; name a TorchScript file", file.toAbsolutePath()));
    }
  }

  /** Loads a copy of what was examined. */
  private static ScriptFile loadExamined(Path file, Device device) {
    try (var examination = ScriptExamination.of(file)) {
      Path copy = Files.createTempFile("adversaria", ".pt");
      try {
        try (var out = new BufferedOutputStream(Files.newOutputStream(copy), 1 << 16)) {
          examination.write(out);
        }
        return open(file, copy, device);
      } finally {
        Files.delete(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          Text.format(
              """
              %s cannot be examined: %s. It is read, and copied to the folder of temporary files; \
              -Djava.io.tmpdir=FOLDER names one with more space""",
              file, e.getMessage()),
          e);
    }
  }

  private static ScriptFile open(Path file, Path content, Device device) {
    NDManager manager = NDManager.newBaseManager(device, "PyTorch");
    try {
      PtSymbolBlock module =
          JniUtils.loadModule(
              (PtNDManager) manager, content, true, new String[0], new String[0], false);
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
              file, shown(e)),
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
   * @throws TorchScriptException as for {@link #load}
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
      throw new TorchScriptException(Text.format("'forward' of %s failed: %s", file, shown(e)), e);
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
          Text.format("'%s' of %s failed: %s", method, file, shown(e)), e);
    }
  }

  /** PyTorch's message, which has the file's code and texts in it. */
  private static String shown(RuntimeException e) {
    return Text.visibleLines(Objects.toString(e.getMessage(), ""));
  }

  /** Frees the network. */
  @Override
  public void close() {
    module.close();
    manager.close();
  }
}
