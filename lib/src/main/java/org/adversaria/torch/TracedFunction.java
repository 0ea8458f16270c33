package org.adversaria.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Java code on arrays, traced to one script, so that a call of the function is one native call.
 *
 * <p>Tracing runs the code on arrays that write each operation to a script. The code must have the
 * same operations at every call: branches and loops are those of the traced run. Inputs have the
 * same first dimension, the batch size, which may change: the code is traced for two sizes, and
 * numbers that differ between the texts are replaced by the size. The function has gradients of any
 * order by inputs and named arrays. In-place changes of named arrays happen at every call and not
 * during the trace.
 */
public final class TracedFunction {

  /** Two batch sizes, of which other numbers in a network are unlikely to be multiples. */
  private static final int SIZE = 11;

  private static final int OTHER_SIZE = 13;

  private static final Pattern INTEGER = Pattern.compile("(?<![\\w.])\\d+(?![\\w.])");

  private final List<String> body;
  private final List<String> returned;
  private final String methods;
  private final List<String> inputs;
  private final NDList state;
  private final List<String> stateNames;
  private final TorchScript.Method method;

  private TracedFunction(
      List<String> body, List<String> returned, Run run, Map<NDArray, String> named) {
    this.body = body;
    this.returned = returned;
    methods = run.tracer.methods();
    inputs = run.inputs;
    state = run.tracer.captured();
    stateNames = state.stream().map(named::get).toList();
    method =
        TorchScript.of(source("compute"), TorchScript.Mixed.FULL, run.tracer.precision())
            .method("compute");
  }

  /** One trace of the code. */
  private record Run(Tracer tracer, List<String> inputs, List<String> returned) {}

  /**
   * Returns whether the calling code is being traced, so that its arrays are examples of arbitrary
   * batch size.
   *
   * @return true within {@link #of}
   */
  public static boolean tracing() {
    return Tracer.current() != null;
  }

  /**
   * Traces code.
   *
   * @param precision of convolutions and matrix products
   * @param arrays the other arrays that the code uses, by name: parameters and buffers
   * @param code from inputs to results
   * @param inputs examples, of which only shapes and types are used
   * @return the function
   * @throws UnsupportedOperationException if the code cannot be traced; the message has the reason
   */
  public static TracedFunction of(
      Precision precision, Map<String, NDArray> arrays, UnaryOperator<NDList> code, NDList inputs) {
    EngineCheck.require(precision);
    var named = new IdentityHashMap<NDArray, String>();
    arrays.forEach((name, array) -> named.put(array, name));
    Run run = run(precision, named, code, inputs, SIZE);
    Run other = run(precision, named, code, inputs, OTHER_SIZE);
    List<String> lines = run.tracer.lines();
    List<String> otherLines = other.tracer.lines();
    if (lines.size() != otherLines.size()) {
      throw new UnsupportedOperationException("its operations depend on the size of the batch");
    }
    return new TracedFunction(
        joined(lines, otherLines), joined(run.returned, other.returned), run, named);
  }

  private static List<String> joined(List<String> lines, List<String> others) {
    return IntStream.range(0, lines.size())
        .mapToObj(i -> joined(lines.get(i), others.get(i)))
        .toList();
  }

  private static Run run(
      Precision precision,
      Map<NDArray, String> named,
      UnaryOperator<NDList> code,
      NDList inputs,
      int size) {
    try (NDManager manager = Torch.processManager().newSubManager();
        var scope = new NDScope();
        var paused = Autograd.pause()) {
      var tracer = new Tracer(precision, named);
      var names = new ArrayList<String>();
      var traced = new NDList();
      for (NDArray input : inputs) {
        Shape shape = batchOf(input.getShape(), size);
        NDArray example =
            manager.zeros(shape, DataTypes.require(input.getDataType()), input.getDevice());
        names.add("x" + names.size());
        traced.add(tracer.input(names.get(names.size() - 1), example).array());
      }
      NDList results = tracer.trace(() -> code.apply(traced));
      return new Run(tracer, names, tracer.returned(results));
    }
  }

  private static Shape batchOf(Shape shape, int size) {
    long[] dimensions = shape.getShape().clone();
    dimensions[0] = size;
    return new Shape(dimensions);
  }

  /** Merges two texts: numbers that differ as the batch sizes do become multiples of n. */
  private static String joined(String line, String other) {
    List<String> numbers = INTEGER.matcher(other).results().map(MatchResult::group).toList();
    Matcher matcher = INTEGER.matcher(line);
    var text = new StringBuilder();
    int index = 0;
    while (matcher.find()) {
      String number = matcher.group();
      String same = index < numbers.size() ? numbers.get(index++) : "";
      matcher.appendReplacement(text, number.equals(same) ? number : multiple(number, same));
    }
    matcher.appendTail(text);
    if (!INTEGER.matcher(line).replaceAll("n").equals(INTEGER.matcher(other).replaceAll("n"))) {
      throw dependent(line);
    }
    return text.toString();
  }

  private static String multiple(String number, String other) {
    long factor = other.isEmpty() ? 0 : Long.parseLong(number) / SIZE;
    if (factor == 0
        || factor * SIZE != Long.parseLong(number)
        || factor * OTHER_SIZE != Long.parseLong(other)) {
      throw dependent(number + " and " + other);
    }
    return factor == 1 ? "n" : "torch.mul(n, " + factor + ")";
  }

  private static UnsupportedOperationException dependent(String text) {
    return new UnsupportedOperationException(
        "it depends on the size of the batch in another way than by a multiple: " + text);
  }

  /**
   * Calls the function.
   *
   * @param arguments one for each example, of its type and, except the batch size, of its shape
   * @return the results, attached to the first argument's manager
   * @throws TorchScriptException if the call fails
   */
  public NDList call(NDList arguments) {
    Object[] callArguments = new Object[arguments.size() + (state.isEmpty() ? 0 : 1)];
    for (int i = 0; i < arguments.size(); i++) {
      callArguments[i] = arguments.get(i);
    }
    if (!state.isEmpty()) {
      callArguments[arguments.size()] = state;
    }
    return method.callList(callArguments);
  }

  /**
   * Returns the script, whose list {@code p} has the named arrays.
   *
   * @param name of the main method
   * @return the text of a {@link TorchScript}
   */
  public String source(String name) {
    String signature = String.join(": Tensor, ", inputs) + ": Tensor";
    String resultList = "[" + String.join(", ", returned) + "]";
    return script(
        name,
        signature + (state.isEmpty() ? "" : ", p: List[Tensor]"),
        "",
        "List[Tensor]",
        resultList);
  }

  /**
   * Saves the function with its arrays as a TorchScript file that {@code torch.jit.load} of Python
   * and C++ loads; its state dict has the arrays' names.
   *
   * @param file to write
   * @throws IOException if it cannot be written
   */
  public void save(Path file) throws IOException {
    var tensors = new LinkedHashMap<String, NDArray>();
    for (int i = 0; i < state.size(); i++) {
      tensors.put(stateNames.get(i), state.get(i));
    }
    String list =
        stateNames.stream().map(ScriptArchive::expression).collect(Collectors.joining(", "));
    String signature = String.join(": Tensor, ", inputs) + ": Tensor";
    String first = state.isEmpty() ? "" : "  p = [" + list + "]\n";
    boolean one = returned.size() == 1;
    String type = one ? "Tensor" : "Tuple[" + "Tensor, ".repeat(returned.size() - 1) + "Tensor]";
    String resultList = String.join(", ", returned);
    String source =
        script("forward", signature, first, type, one ? resultList : "(" + resultList + ")");
    AtomicFile.write(
        file,
        temporary -> {
          try (var output = Files.newOutputStream(temporary)) {
            new ScriptArchive(tensors).write(output, source);
          }
        });
  }

  private String script(String name, String signature, String first, String type, String results) {
    var text = new StringBuilder(methods.isEmpty() ? "" : methods + "\n");
    text.append(Text.format("def %s(self, %s) -> %s:\n", name, signature, type));
    text.append(first).append("  n = torch.size(x0, 0)\n");
    body.forEach(line -> text.append("  ").append(line).append('\n'));
    return text.append("  return ").append(results).append('\n').toString();
  }

  /**
   * Returns the names of the arrays in the script's list {@code p}.
   *
   * @return as many as the script uses, in the order of their first use
   */
  public List<String> stateNames() {
    return stateNames;
  }
}
