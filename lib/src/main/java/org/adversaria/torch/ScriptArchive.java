package org.adversaria.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipOutputStream;

/**
 * Writes a module with tensors in PyTorch's archive format: a class for each level of the names
 * ({@code blocks.0.conv1.weight}), a pickled object of each class, and the tensors' bytes.
 */
final class ScriptArchive {

  private static final String ROOT = "Network";

  /** One module: its tensors and child modules. */
  private static final class Level {
    final Map<String, NDArray> tensors = new LinkedHashMap<>();
    final Map<String, Level> levels = new LinkedHashMap<>();
  }

  private final Level root = new Level();
  private final Map<String, NDArray> tensors;
  private final StringBuilder classes = new StringBuilder();
  private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
  private final List<NDArray> storages = new ArrayList<>();

  ScriptArchive(Map<String, NDArray> tensors) {
    this.tensors = tensors;
    tensors.forEach(this::place);
  }

  private void place(String name, NDArray tensor) {
    String[] path = name.split("\\.");
    Level level = root;
    for (int i = 0; i + 1 < path.length; i++) {
      level = level.levels.computeIfAbsent(path[i], key -> new Level());
    }
    level.tensors.put(path[path.length - 1], tensor);
  }

  /** The expression for a tensor in a script's method. */
  static String expression(String name) {
    String expression = "self";
    for (String part : name.split("\\.")) {
      expression =
          Character.isDigit(part.charAt(0))
              ? Text.format("getattr(%s, \"%s\")", expression, part)
              : expression + "." + part;
    }
    return expression;
  }

  /** Writes the archive; the methods are those of the root module. */
  void write(OutputStream output, String methods) throws IOException {
    declare(ROOT, root, methods.strip().indent(2));
    pickle.write(0x80);
    pickle.write(2);
    object(ROOT, root);
    pickle.write('.');
    try (var zip = new ZipOutputStream(output)) {
      TorchScript.store(zip, ROOT + "/data.pkl", pickle.toByteArray());
      TorchScript.store(zip, ROOT + "/code/__torch__.py", bytes(classes.toString()));
      TorchScript.store(zip, ROOT + "/constants.pkl", TorchScript.EMPTY_TUPLE);
      TorchScript.store(zip, ROOT + "/version", bytes("3\n"));
      for (int i = 0; i < storages.size(); i++) {
        TorchScript.store(zip, ROOT + "/data/" + i, littleEndian(storages.get(i)));
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] littleEndian(NDArray array) {
    ByteBuffer values = array.toByteBuffer();
    if (values.order() != ByteOrder.LITTLE_ENDIAN
        && ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN) {
      throw new UnsupportedOperationException("TorchScript is written on little-endian machines");
    }
    var copy = new byte[values.remaining()];
    values.get(copy);
    return copy;
  }

  /** Writes a class after the classes of its children. */
  private void declare(String name, Level level, String methods) {
    level.levels.forEach((part, inner) -> declare(name + "_" + part, inner, ""));
    classes.append("class ").append(name).append("(Module):\n");
    classes.append("  __parameters__ = [").append(quoted(level, true)).append("]\n");
    classes.append("  __buffers__ = [").append(quoted(level, false)).append("]\n");
    level.tensors.keySet().forEach(tensor -> annotate(tensor, "Tensor"));
    classes.append("  training : bool\n");
    level.levels.keySet().forEach(part -> annotate(part, "__torch__." + name + "_" + part));
    classes.append(methods);
  }

  private void annotate(String attribute, String type) {
    boolean digits = Character.isDigit(attribute.charAt(0));
    String form = digits ? "  __annotations__[\"%s\"] = %s\n" : "  %s : %s\n";
    classes.append(Text.format(form, attribute, type));
  }

  private String quoted(Level level, boolean parameters) {
    return level.tensors.entrySet().stream()
        .filter(entry -> entry.getValue().hasGradient() == parameters)
        .map(entry -> "\"" + entry.getKey() + "\", ")
        .collect(Collectors.joining());
  }

  /** An object of a class with a dictionary of its attributes. */
  private void object(String name, Level level) throws IOException {
    global("__torch__", name);
    pickle.write(')');
    pickle.write(0x81);
    pickle.write('}');
    pickle.write('(');
    for (var tensor : level.tensors.entrySet()) {
      text(tensor.getKey());
      tensor(tensor.getValue());
    }
    text("training");
    pickle.write(0x89);
    for (var inner : level.levels.entrySet()) {
      text(inner.getKey());
      object(name + "_" + inner.getKey(), inner.getValue());
    }
    pickle.write('u');
    pickle.write('b');
  }

  private void global(String module, String name) throws IOException {
    pickle.write('c');
    pickle.write(bytes(module + "\n" + name + "\n"));
  }

  private void text(String value) throws IOException {
    byte[] bytes = bytes(value);
    pickle.write('X');
    integer(bytes.length);
    pickle.write(bytes);
  }

  private void integer(int value) throws IOException {
    pickle.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  private void number(long value) throws IOException {
    pickle.write('J');
    integer(Math.toIntExact(value));
  }

  private void numbers(long... values) throws IOException {
    pickle.write('(');
    for (long value : values) {
      number(value);
    }
    pickle.write('t');
  }

  /** {@code _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)}. */
  private void tensor(NDArray array) throws IOException {
    global("torch._utils", "_rebuild_tensor_v2");
    pickle.write('(');
    pickle.write('(');
    text("storage");
    global("torch", array.getDataType() == DataType.INT64 ? "LongStorage" : "FloatStorage");
    text(Integer.toString(storages.size()));
    text("cpu");
    number(array.size());
    pickle.write('t');
    pickle.write('Q');
    number(0);
    long[] shape = array.getShape().getShape();
    numbers(shape);
    var strides = new long[shape.length];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    numbers(strides);
    pickle.write(array.hasGradient() ? 0x88 : 0x89);
    global("collections", "OrderedDict");
    pickle.write(')');
    pickle.write('R');
    pickle.write('t');
    pickle.write('R');
    storages.add(array);
  }
}
