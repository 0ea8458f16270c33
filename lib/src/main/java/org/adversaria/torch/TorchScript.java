package org.adversaria.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * PyTorch functions written as TorchScript text and called from Java.
 *
 * <p>DJL's engine exposes a part of PyTorch, and TorchScript the rest: a script is a text of one or
 * more methods, compiled by PyTorch and called with NDArrays.
 *
 * <pre>{@code
 * var script = TorchScript.of("""
 *     def swish(self, x: Tensor, beta: Tensor) -> Tensor:
 *       return torch.mul(x, torch.sigmoid(torch.mul(beta, x)))
 *     """);
 * NDArray y = script.method("swish").call(x, beta);
 * }</pre>
 *
 * <p>The text has methods only, indented as one block; the first argument is {@code self}.
 * Operators are written as functions ({@code torch.add}), as the format of saved scripts requires.
 * Equal texts are compiled once in a process.
 */
public final class TorchScript {

  private static final String HEADER =
      """
      class Script(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
      """;
  private static final int HEADER_LINES = (int) HEADER.lines().count();
  private static final Pattern METHOD = Pattern.compile("(?m)^\\s*def (\\w+)\\(self\\b");
  private static final Pattern LINE = Pattern.compile("code/__torch__\\.py\", line (\\d+)");
  private static final Map<String, TorchScript> COMPILED = new ConcurrentHashMap<>();

  /** Pickles (protocol 2): an instance of the class with its only attribute, and {@code ()}. */
  private static final byte[] SCRIPT_OBJECT =
      "\u0080\u0002c__torch__\nScript\nq\0)\u0081}(X\b\0\0\0training\u0088ub."
          .getBytes(StandardCharsets.ISO_8859_1);

  static final byte[] EMPTY_TUPLE = "\u0080\u0002).".getBytes(StandardCharsets.ISO_8859_1);

  private static final String NORMAL = "torch.randn(";

  /** DJL's switch of the optimizing executor is per thread. */
  private static final ThreadLocal<Boolean> PLAIN = ThreadLocal.withInitial(TorchScript::plain);

  private final String source;
  private final Mixed mixed;
  private final PtSymbolBlock module;
  private final Map<String, Method> methods = new LinkedHashMap<>();

  /** How a script's methods handle bfloat16 in a traced function. */
  public enum Mixed {
    /** Arguments and results are float32. */
    FULL,
    /** All arguments and results have the type of the first argument. */
    FOLLOWS,
    /** A convolution or matrix product: bfloat16 if products are. */
    PRODUCT,
    /**
     * Convolutions of images, the first argument: images and result are bfloat16 if products are,
     * with channels last. Other arguments are float32, and the methods cast them as needed.
     */
    IMAGES,
    /** The result has the type of the first argument if that is images; others are float32. */
    FIRST
  }

  private TorchScript(String source, Mixed mixed, ConvolutionWays ways) {
    this.source = source;
    this.mixed = mixed;
    PtNDManager manager = (PtNDManager) Torch.processManager();
    try {
      module =
          JniUtils.loadModule(
              manager, new ByteArrayInputStream(archive(ways.applied(source))), false, false);
    } catch (EngineException e) {
      throw failure("does not compile", source, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    METHOD.matcher(source).results().map(m -> m.group(1)).forEach(this::declare);
  }

  /**
   * Compiles a script, or returns the compiled one of an equal text.
   *
   * @param source one or more methods, see the class comment
   * @return the compiled script
   * @throws TorchScriptException if the text does not compile; the message names the line
   * @throws IllegalArgumentException if the text declares no method
   */
  public static TorchScript of(String source) {
    return of(source, Mixed.FULL);
  }

  /**
   * Compiles a script, or returns the compiled one of an equal text.
   *
   * @param source one or more methods, see the class comment
   * @param mixed how its methods handle bfloat16
   * @return the compiled script
   * @throws TorchScriptException if the text does not compile; the message names the line
   * @throws IllegalArgumentException if the text declares no method
   */
  public static TorchScript of(String source, Mixed mixed) {
    return of(source, mixed, Precision.FP32);
  }

  /** Compiles a script whose products are computed in a precision; see {@link EngineCheck}. */
  static TorchScript of(String source, Mixed mixed, Precision precision) {
    if (!METHOD.matcher(source).find()) {
      throw new IllegalArgumentException(
          "A script needs at least one method 'def name(self, ...)', but this text has none:\n"
              + source);
    }
    // Before the map is locked, since the check compiles scripts too.
    ConvolutionWays ways = EngineCheck.ways(precision);
    String key = precision == Precision.FP32 ? source : precision + source;
    return COMPILED.computeIfAbsent(key, text -> new TorchScript(source, mixed, ways));
  }

  /** Compiles a script with given ways of convolutions, for the check of the engine. */
  static TorchScript unchecked(String source, ConvolutionWays ways) {
    String key = "unchecked " + ways.applied(source);
    return COMPILED.computeIfAbsent(key, text -> new TorchScript(source, Mixed.FULL, ways));
  }

  /**
   * Disables PyTorch's optimizing executor for this thread: scripts run operation by operation. The
   * optimizing executor rewrites a script during its first calls by their shapes, so that these are
   * slow and results depend on earlier calls.
   */
  private static boolean plain() {
    JniUtils.setGraphExecutorOptimize(false);
    return true;
  }

  Mixed mixed() {
    return mixed;
  }

  /** The script's text with a prefix before the name of each of its methods. */
  String renamed(String prefix) {
    String text = source.strip().indent(0);
    for (String name : methods.keySet()) {
      text =
          text.replaceAll("\\bdef " + name + "\\(", "def " + prefix + "_" + name + "(")
              .replaceAll("\\bself\\." + name + "\\(", "self." + prefix + "_" + name + "(");
    }
    return text;
  }

  /**
   * Returns one of the script's methods.
   *
   * @param name the method's name
   * @return the method, ready to be called
   * @throws IllegalArgumentException if the script has no method of that name
   */
  public Method method(String name) {
    Method method = methods.get(name);
    if (method == null) {
      throw new IllegalArgumentException(
          "The script has no method '" + name + "'; it has " + methods.keySet());
    }
    return method;
  }

  private void declare(String name) {
    NDArray marker = Torch.processManager().create(0f);
    // The marker outlives the caller's scope in which a script may be compiled.
    NDScope.unregister(marker);
    marker.setName("module_method:" + name);
    methods.put(name, new Method(name, marker));
  }

  private static TorchScriptException failure(String what, String source, EngineException cause) {
    String message = String.valueOf(cause.getMessage());
    Matcher lines = LINE.matcher(message);
    String numbered =
        lines.replaceAll(
            (MatchResult m) -> "script\", line " + (Integer.parseInt(m.group(1)) - HEADER_LINES));
    String name = METHOD.matcher(source).results().findFirst().map(m -> m.group(1)).orElse("?");
    return new TorchScriptException(
        "The script of '" + name + "' " + what + ": " + numbered, cause);
  }

  /** A method of a script. */
  public final class Method {

    private final String name;
    private final NDArray marker;

    private Method(String name, NDArray marker) {
      this.name = name;
      this.marker = marker;
    }

    String name() {
      return name;
    }

    TorchScript script() {
      return TorchScript.this;
    }

    /** The method with zeros in place of normal random numbers. */
    Method silent() {
      return source.contains(NORMAL)
          ? of(source.replace(NORMAL, "torch.zeros("), mixed).method(name)
          : this;
    }

    /** Whether the method returns one tensor. */
    boolean returnsOne() {
      return Pattern.compile("def " + name + "\\([^)]*\\)\\s*->\\s*Tensor\\b")
          .matcher(source)
          .find();
    }

    /**
     * Calls the method, with gradients.
     *
     * @param arguments an {@link NDArray} for each {@code Tensor} and a non-empty {@link NDList}
     *     for each {@code List[Tensor]}, in the order of the script
     * @return the {@code Tensor} the method returns, attached to the first argument's manager
     * @throws TorchScriptException if the call fails
     */
    public NDArray call(Object... arguments) {
      return callList(arguments).singletonOrThrow();
    }

    /**
     * Calls a method that returns several tensors, with gradients.
     *
     * @param arguments as for {@link #call}
     * @return the tensors of the tuple or list the method returns
     * @throws TorchScriptException if the call fails
     */
    public NDList callList(Object... arguments) {
      Tracer tracer = Tracer.current();
      if (tracer != null) {
        return tracer.call(this, arguments);
      }
      EngineCheck.require();
      PLAIN.get();
      var inputs = new NDList(arguments.length + 1);
      var names = new IdentityHashMap<NDArray, String>();
      try {
        for (int i = 0; i < arguments.length; i++) {
          addArgument(inputs, names, i, arguments[i]);
        }
        inputs.add(marker);
        return IValueUtils.forward(module, inputs, true);
      } catch (EngineException e) {
        throw failure("failed in '" + name + "'", source, e);
      } finally {
        clearNames(arguments);
      }
    }

    /**
     * Runs a method that changes arrays in place and returns {@code None}, without gradients.
     *
     * <p>Arguments may be numbers too. DJL runs such a call in PyTorch's inference mode, whose new
     * tensors cannot be part of graphs; therefore there is no result.
     *
     * @param arguments as for {@link #call}, and {@code Double}, {@code Long}, {@code Integer} or
     *     {@code Boolean} for {@code float}, {@code int} and {@code bool}
     * @throws TorchScriptException if the call fails
     */
    public void update(Object... arguments) {
      EngineCheck.require();
      PLAIN.get();
      try (var values = new ScriptArguments(name, arguments)) {
        IValueUtils.runMethod(module, name, values.values()).close();
      } catch (EngineException e) {
        throw failure("failed in '" + name + "'", source, e);
      }
    }

    private void addArgument(
        NDList inputs, Map<NDArray, String> names, int index, Object argument) {
      if (argument instanceof NDArray array) {
        add(inputs, names, array, null);
      } else if (argument instanceof NDList list) {
        ScriptArguments.requireNotEmpty(name, index, list);
        list.forEach(array -> add(inputs, names, array, "a" + index + "[]"));
      } else {
        throw new IllegalArgumentException(
            "Argument "
                + index
                + " of '"
                + name
                + "' is a "
                + (argument == null ? "null" : argument.getClass().getSimpleName())
                + "; a call that carries gradients takes NDArray and NDList only");
      }
    }

    /**
     * DJL identifies the elements of a list by the arrays' names. An array that occurs twice with
     * different names is passed as a view the second time.
     */
    private void add(NDList inputs, Map<NDArray, String> names, NDArray array, String listName) {
      boolean conflicting = names.containsKey(array) && !Objects.equals(names.get(array), listName);
      NDArray argument = conflicting ? array.reshape(array.getShape()) : array;
      argument.setName(listName);
      names.put(argument, listName);
      inputs.add(argument);
    }

    private void clearNames(Object... arguments) {
      for (Object argument : arguments) {
        if (argument instanceof NDList list) {
          list.forEach(array -> array.setName(null));
        }
      }
    }
  }

  /** Writes the script in PyTorch's archive format, version 3: a zip of stored entries. */
  static byte[] archive(String source) {
    String code = HEADER + source.strip().indent(2);
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      store(zip, "Script/data.pkl", SCRIPT_OBJECT);
      store(zip, "Script/code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
      store(zip, "Script/constants.pkl", EMPTY_TUPLE);
      store(zip, "Script/version", "3\n".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    var checksum = new CRC32();
    checksum.update(content);
    var entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
