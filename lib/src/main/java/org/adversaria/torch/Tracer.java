package org.adversaria.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Traces Java code on {@link TracedArray}s: it writes the operations to a script.
 *
 * <p>Operations of DJL's arrays become PyTorch's functions by the table in {@link #expression};
 * methods of a {@link TorchScript} are copied. An array that is neither an input nor a named array
 * cannot be traced, since it may not exist when the script is called.
 */
final class Tracer {

  private static final ThreadLocal<Tracer> CURRENT = new ThreadLocal<>();

  /** Values of an example from which on it is replaced by a stand-in. */
  private static final long LARGE = 1 << 12;

  /** An array of the shape and type of another, in the memory of one value. */
  private static final TorchScript STAND_IN =
      TorchScript.of(
          """
          def stand_in(self, x: Tensor) -> Tensor:
            return torch.expand(torch.new_zeros(x, [1]), torch.size(x))
          """);

  private Precision precision;
  private final Map<NDArray, String> named;
  private final List<String> lines = new ArrayList<>();
  private final Map<NDArray, TracedArray> captured = new IdentityHashMap<>();
  private final NDList capturedInOrder = new NDList();
  private final Map<TorchScript, String> scripts = new LinkedHashMap<>();
  private final Map<String, Integer> names = new LinkedHashMap<>();

  Tracer(Precision precision, Map<NDArray, String> named) {
    this.precision = precision;
    this.named = named;
  }

  /** The tracer of the calling thread; null outside of a trace. */
  static Tracer current() {
    return CURRENT.get();
  }

  /** Runs code and traces its operations. */
  NDList trace(Supplier<NDList> code) {
    CURRENT.set(this);
    try {
      return code.get();
    } finally {
      CURRENT.remove();
    }
  }

  Precision precision() {
    return precision;
  }

  /** Traces code with another precision of products. */
  <T> T in(Precision other, Supplier<T> code) {
    Precision outer = precision;
    precision = other;
    try {
      return code.get();
    } finally {
      precision = outer;
    }
  }

  List<String> lines() {
    return lines;
  }

  /** The named arrays that the script uses, in the order of its list. */
  NDList captured() {
    return capturedInOrder;
  }

  /** The copied methods, with unique names. */
  String methods() {
    return scripts.entrySet().stream()
        .map(entry -> entry.getKey().renamed(entry.getValue()))
        .collect(Collectors.joining("\n"));
  }

  TracedArray input(String name, NDArray example) {
    return new TracedArray(this, name, example, false, false);
  }

  /** The traced array of an array in the code: a proxy, or a named array. */
  private TracedArray traced(NDArray array) {
    TracedArray traced = TracedArray.of(array);
    return traced != null ? traced : captured.computeIfAbsent(array, this::capture);
  }

  private TracedArray capture(NDArray array) {
    String name = named.get(array);
    if (name == null) {
      throw new UnsupportedOperationException(
          Text.format(
              "it computes with an array %s that is neither an input nor a parameter or buffer",
              array.getShape()));
    }
    String variable = name.replace('.', '_');
    lines.add(Text.format("%s = p[%d]", variable, capturedInOrder.size()));
    capturedInOrder.add(array);
    // In-place changes during the trace apply to the copy.
    return new TracedArray(this, variable, array.duplicate(), false, false);
  }

  Object example(Object argument) {
    if (argument instanceof NDList list) {
      return new NDList(list.stream().map(array -> traced(array).example()).toList());
    }
    return argument instanceof NDArray array ? traced(array).example() : argument;
  }

  String cast(String variable, boolean low) {
    String result = fresh(low ? "low" : "full");
    lines.add(Text.format("%s = torch.to(%s, %d)", result, variable, low ? 15 : 6));
    return result;
  }

  private String fresh(String kind) {
    int number = names.merge(kind, 1, Integer::sum);
    return kind + "_" + number;
  }

  /** Increments, as {@code n.addi(1)}. */
  void count(NDArray n) {
    lines.add(Text.format("%s = torch.add_(%s, 1)", fresh("count"), traced(n).name()));
  }

  NDArray scale(NDArray x, double factor) {
    TracedArray traced = traced(x);
    NDArray example = traced.example().duplicate();
    return result(
            "mul",
            Text.format("torch.mul(%s, %s)", traced.in(traced.reduced()), factor),
            example,
            traced.reduced(),
            traced.channelsLast())
        .array();
  }

  private TracedArray result(
      String kind, String expression, NDArray example, boolean reduced, boolean channelsLast) {
    String variable = fresh(kind);
    lines.add(variable + " = " + expression);
    boolean last = channelsLast && example.getShape().dimension() == 4;
    return new TracedArray(this, variable, standIn(example), reduced, last);
  }

  /** Of an example only shape and type matter, so that a trace needs the memory of one result. */
  private NDArray standIn(NDArray example) {
    if (example.size() < LARGE) {
      return example;
    }
    NDArray standIn = untraced(() -> STAND_IN.method("stand_in").call(example));
    example.close();
    return standIn;
  }

  /** Traces a call of a script's method. */
  NDList call(TorchScript.Method method, Object... arguments) {
    String prefix =
        scripts.computeIfAbsent(method.script(), script -> "script" + (scripts.size() + 1));
    TorchScript.Mixed mixed = method.script().mixed();
    var argumentTexts = new ArrayList<String>();
    TracedArray firstArgument = null;
    boolean low = false;
    for (Object argument : arguments) {
      if (argument instanceof NDList list) {
        argumentTexts.add(
            list.stream()
                .map(array -> traced(array).in(false))
                .collect(Collectors.joining(", ", "[", "]")));
        continue;
      }
      TracedArray traced = traced((NDArray) argument);
      if (firstArgument == null) {
        firstArgument = traced;
        low = lowFor(mixed, traced);
        argumentTexts.add(convolves(mixed) ? product(traced) : traced.in(low));
      } else {
        argumentTexts.add(traced.in(low && castsAll(mixed)));
      }
    }
    NDList examples = onExamples(method, arguments);
    boolean last =
        convolves(mixed)
            ? firstArgument.dimension() == 4
            : mixed != TorchScript.Mixed.FULL && firstArgument.channelsLast();
    String call =
        Text.format("self.%s_%s(%s)", prefix, method.name(), String.join(", ", argumentTexts));
    return results(method, call, examples, low, last);
  }

  private boolean lowFor(TorchScript.Mixed mixed, TracedArray firstArgument) {
    return switch (mixed) {
      case FULL -> false;
      case PRODUCT, IMAGES -> precision == Precision.BF16;
      case FOLLOWS -> firstArgument.reduced();
      case FIRST -> firstArgument.reduced() && firstArgument.dimension() == 4;
    };
  }

  private static boolean convolves(TorchScript.Mixed mixed) {
    return mixed == TorchScript.Mixed.PRODUCT || mixed == TorchScript.Mixed.IMAGES;
  }

  private static boolean castsAll(TorchScript.Mixed mixed) {
    return mixed != TorchScript.Mixed.FIRST && mixed != TorchScript.Mixed.IMAGES;
  }

  private NDList onExamples(TorchScript.Method method, Object... arguments) {
    Object[] examples = Arrays.stream(arguments).map(this::example).toArray();
    return untraced(() -> method.silent().callList(examples));
  }

  /** Runs code whose operations do not become part of the trace. */
  private <T> T untraced(Supplier<T> code) {
    CURRENT.remove();
    try {
      return code.get();
    } finally {
      CURRENT.set(this);
    }
  }

  private NDList results(
      TorchScript.Method method, String call, NDList examples, boolean low, boolean last) {
    if (method.returnsOne()) {
      return new NDList(result(method.name(), call, examples.get(0), low, last).array());
    }
    String all = fresh(method.name());
    lines.add(all + " = " + call);
    var results = new NDList();
    for (int i = 0; i < examples.size(); i++) {
      String one = Text.format("%s[%d]", all, i);
      results.add(result(method.name(), one, examples.get(i), low, last).array());
    }
    return results;
  }

  /** The first factor of a convolution or matrix product; images have channels last. */
  private String product(TracedArray x) {
    String name = x.in(precision == Precision.BF16);
    return x.dimension() == 4 && !x.channelsLast()
        ? Text.format("torch.contiguous(%s, memory_format=2)", name)
        : name;
  }

  /** Traces an operation of DJL's arrays. */
  Object operation(TracedArray x, Method method, Object... arguments) {
    String name = method.getName();
    if (name.equals("split")) {
      int axis = arguments.length == 2 ? (int) arguments[1] : 0;
      return split(x, (NDList) x.onExample(method, arguments), axis);
    } else if (name.equals("toType") && arguments[0] == x.example().getDataType()) {
      return x.array();
    }
    Expression expression = expression(x, name, arguments);
    NDArray example = example(x, name, method, arguments);
    TracedArray result =
        result(expression.kind, expression.text, example, expression.low, expression.channelsLast);
    return NDList.class == method.getReturnType() ? new NDList(result.array()) : result.array();
  }

  /** The result on examples, without random numbers for dropout. */
  private static NDArray example(TracedArray x, String name, Method method, Object... arguments) {
    return name.equals("dropout")
        ? tracedOf(arguments[0]).example().duplicate()
        : TracedArray.first(x.onExample(method, arguments));
  }

  private static TracedArray tracedOf(Object array) {
    return Objects.requireNonNull(TracedArray.of(array));
  }

  private NDList split(TracedArray x, NDList examples, int axis) {
    var parts = new NDList();
    long start = 0;
    for (NDArray example : examples) {
      long end = start + example.getShape().get(axis);
      String text = Text.format("torch.slice(%s, %d, %d, %d, 1)", x.name(), axis, start, end);
      parts.add(result("slice", text, example, x.reduced(), x.channelsLast()).array());
      start = end;
    }
    return parts;
  }

  /** The text of an operation, and the type and layout of its result. */
  private record Expression(String kind, String text, boolean low, boolean channelsLast) {}

  private Expression expression(TracedArray x, String name, Object... arguments) {
    return switch (name) {
      case "add", "sub", "mul", "div" -> arithmetic(x, name, arguments[0]);
      case "relu" -> sameType(x, name, "torch.relu(%s)");
      case "leakyRelu" -> sameType(x, "leaky_relu", "torch.leaky_relu(%s, " + arguments[0] + ")");
      case "neg" -> sameType(x, name, "torch.neg(%s)");
      case "reshape" -> sameType(x, name, "torch.reshape(%s, " + list((Shape) arguments[0]) + ")");
      case "flatten" ->
          arguments.length == 2
              ? sameType(x, name, "torch.flatten(%s, " + arguments[0] + ", " + arguments[1] + ")")
              : sameType(x, name, "torch.flatten(%s)");
      case "expandDims" -> sameType(x, "unsqueeze", "torch.unsqueeze(%s, " + arguments[0] + ")");
      case "stopGradient" -> sameType(x, "detach", "torch.detach(%s)");
      case "zerosLike" -> sameType(x, "zeros_like", "torch.zeros_like(%s)");
      case "tanh", "sigmoid", "exp", "log", "square", "sqrt", "abs" ->
          full(x, name, "torch." + name + "(%s)");
      case "softPlus" -> full(x, "softplus", "torch.softplus(%s)");
      case "sum", "mean" -> full(x, name, "torch." + name + "(%s" + axes(arguments) + ")");
      case "max" -> full(x, name, "torch.max(%s" + axis(arguments) + ")[0]");
      case "oneHot" -> oneHot(x, arguments);
      case "concat" -> concat(x, (NDList) arguments[0], (int) arguments[1]);
      case "dropout" -> dropout(arguments);
      case "embedding" -> embedding(arguments);
      case "linear" -> linear(arguments);
      case "convolution" -> convolution(arguments);
      default ->
          throw new UnsupportedOperationException("the operation '" + name + "' is not traced");
    };
  }

  private static Expression sameType(TracedArray x, String kind, String text) {
    return new Expression(kind, Text.format(text, x.name()), x.reduced(), x.channelsLast());
  }

  private static Expression full(TracedArray x, String kind, String text) {
    return new Expression(kind, Text.format(text, x.in(false)), false, x.channelsLast());
  }

  private Expression arithmetic(TracedArray x, String name, Object other) {
    if (other instanceof Number number) {
      return sameType(x, name, "torch." + name + "(%s, " + number + ")");
    }
    TracedArray y = traced((NDArray) other);
    boolean low = x.reduced() && y.reduced() || isLowImage(x) || isLowImage(y);
    String text = Text.format("torch.%s(%s, %s)", name, x.in(low), y.in(low));
    return new Expression(name, text, low, x.channelsLast() || y.channelsLast());
  }

  /** A bfloat16 feature map; the other operand is cast to bfloat16, not the map to float32. */
  private static boolean isLowImage(TracedArray x) {
    return x.reduced() && x.dimension() == 4;
  }

  private static String list(Shape shape) {
    return Arrays.toString(shape.getShape());
  }

  private static String axes(Object... arguments) {
    return arguments.length == 0
        ? ""
        : Text.format(", %s, %s", Arrays.toString((int[]) arguments[0]), truth(arguments[1]));
  }

  private static String axis(Object... arguments) {
    if (arguments.length != 2 || ((int[]) arguments[0]).length != 1) {
      throw new UnsupportedOperationException("a maximum is traced along one axis");
    }
    return Text.format(", %d, %s", ((int[]) arguments[0])[0], truth(arguments[1]));
  }

  private static String truth(Object flag) {
    return Boolean.TRUE.equals(flag) ? "True" : "False";
  }

  private static Expression oneHot(TracedArray x, Object... arguments) {
    if (arguments.length != 2 || arguments[1] != DataType.FLOAT32) {
      throw new UnsupportedOperationException("a one-hot array other than of float32 0 and 1");
    }
    String text = Text.format("torch.to(torch.one_hot(%s, %s), 6)", x.name(), arguments[0]);
    return new Expression("one_hot", text, false, false);
  }

  private Expression concat(TracedArray x, NDList others, int axis) {
    List<TracedArray> parts = new ArrayList<>(List.of(x));
    others.forEach(array -> parts.add(traced(array)));
    boolean low = parts.stream().allMatch(TracedArray::reduced);
    String list = parts.stream().map(part -> part.in(low)).collect(Collectors.joining(", "));
    return new Expression(
        "cat", Text.format("torch.cat([%s], %d)", list, axis), low, x.channelsLast());
  }

  private Expression dropout(Object... arguments) {
    TracedArray x = traced((NDArray) arguments[0]);
    String tail = Text.format(", %s, %s)", arguments[1], truth(arguments[2]));
    return sameType(x, "dropout", "torch.dropout(%s" + tail);
  }

  private Expression embedding(Object... arguments) {
    TracedArray labels = traced((NDArray) arguments[0]);
    TracedArray weight = traced((NDArray) arguments[1]);
    String text = Text.format("torch.embedding(%s, %s)", weight.in(false), labels.name());
    return new Expression("embedding", text, false, false);
  }

  private Expression linear(Object... arguments) {
    boolean low = precision == Precision.BF16;
    String text =
        Text.format(
            "torch.linear(%s, %s, %s)",
            product(traced((NDArray) arguments[0])),
            traced((NDArray) arguments[1]).in(low),
            bias(arguments[2], low));
    return new Expression("linear", text, low, false);
  }

  private String bias(Object bias, boolean low) {
    return bias == null ? "None" : traced((NDArray) bias).in(low);
  }

  private Expression convolution(Object... arguments) {
    TracedArray x = traced((NDArray) arguments[0]);
    if (x.dimension() != 4) {
      throw new UnsupportedOperationException("a convolution of other than images");
    }
    boolean low = precision == Precision.BF16;
    String text =
        Text.format(
            "torch.conv2d(%s, %s, %s, %s, %s, %s, %s)",
            product(x),
            traced((NDArray) arguments[1]).in(low),
            bias(arguments[2], low),
            list((Shape) arguments[3]),
            list((Shape) arguments[4]),
            list((Shape) arguments[5]),
            arguments[6]);
    return new Expression("conv2d", text, low, true);
  }

  /** The results of traced code, in float32 and in the default layout. */
  List<String> returned(NDList results) {
    return results.stream()
        .map(this::traced)
        .map(
            traced ->
                traced.channelsLast()
                    ? Text.format("torch.contiguous(%s)", traced.in(false))
                    : traced.in(false))
        .toList();
  }
}
