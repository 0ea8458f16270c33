package org.adversaria.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.adversaria.nn.SafeTensors;

/**
 * One reference case: what another program computed, and from what.
 *
 * <p>Its tensors are read when they are asked for, so that a large folder costs little memory. The
 * format, and the liberties that the reader takes with it, are described in {@code README.md}
 * beside the project's own cases.
 */
public final class ReferenceCase {

  private static final double DEFAULT_RTOL = 1e-4;
  private static final double DEFAULT_ATOL = 1e-5;

  private final Path file;
  private final JsonNode json;
  private final JsonNode group;
  private final String fallbackName;
  private Map<String, ReferenceTensor> expected;

  /** The tensor files of a case, each read once while open. */
  private static final class TensorFiles implements AutoCloseable {

    private final NDManager manager = NDManager.newBaseManager();
    private final Map<Path, Map<String, NDArray>> files = new HashMap<>();

    Map<String, NDArray> read(Path file) {
      return files.computeIfAbsent(file, this::readNow);
    }

    private Map<String, NDArray> readNow(Path file) {
      try {
        return SafeTensors.read(file, manager);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      manager.close();
    }
  }

  /**
   * @param file the JSON file that holds the case
   * @param json the case
   * @param group the object around it, whose fields hold for all its cases
   * @param fallbackName the name of a case that gives itself none
   */
  ReferenceCase(Path file, JsonNode json, JsonNode group, String fallbackName) {
    this.file = file;
    this.json = json;
    this.group = group;
    this.fallbackName = fallbackName;
    if (!json.isObject() || !field("component").isTextual()) {
      throw new ReferenceFormatException(
          file
              + ": case '"
              + fallbackName
              + "' names no component; expected an object with \"component\", \"inputs\" and"
              + " \"expected\" but found "
              + Json.abbreviate(json));
    }
  }

  /** The dotted name of the function that the case is about. */
  public String component() {
    return field("component").textValue();
  }

  /** The case's name within its file. */
  public String name() {
    JsonNode name = Json.first(json, "name", "case", "id");
    return name.isMissingNode() ? fallbackName : name.asText();
  }

  /** The settings; an empty object where there are none. */
  public JsonNode settings() {
    JsonNode settings = field("settings", "params", "config");
    return settings.isMissingNode() ? JsonNodeFactory.instance.objectNode() : settings;
  }

  /** A setting that is a whole number. */
  public int intSetting(String name) {
    return setting(name, "a whole number", JsonNode::isIntegralNumber).intValue();
  }

  /** A setting that is a whole number, or what stands for it where it is absent or null. */
  public int intSetting(String name, int byDefault) {
    return lacks(name) ? byDefault : intSetting(name);
  }

  /** A setting that is a number, or what stands for it where it is absent or null. */
  public double doubleSetting(String name, double byDefault) {
    return lacks(name) ? byDefault : doubleSetting(name);
  }

  /** A setting that is true or false, or what stands for it where it is absent or null. */
  public boolean booleanSetting(String name, boolean byDefault) {
    return lacks(name) ? byDefault : booleanSetting(name);
  }

  /** A setting that is a text, or what stands for it where it is absent or null. */
  public String textSetting(String name, String byDefault) {
    return lacks(name) ? byDefault : textSetting(name);
  }

  private boolean lacks(String name) {
    return settings().path(name).isMissingNode() || settings().path(name).isNull();
  }

  /** A setting that is a number. */
  public double doubleSetting(String name) {
    return setting(name, "a number", JsonNode::isNumber).doubleValue();
  }

  /** A setting that is true or false. */
  public boolean booleanSetting(String name) {
    return setting(name, "true or false", JsonNode::isBoolean).booleanValue();
  }

  /** A setting that is a text. */
  public String textSetting(String name) {
    return setting(name, "a text", JsonNode::isTextual).textValue();
  }

  /** The inputs as arrays, by name. */
  public Map<String, NDArray> inputs(NDManager manager) {
    return arrays(tensors("input", "inputs", "input"), manager);
  }

  /** The weights and buffers as arrays, by their names in the state dict. */
  public Map<String, NDArray> state(NDManager manager) {
    return arrays(tensors("state", "state", "state_dict", "weights", "parameters"), manager);
  }

  /** What the other program computed, by name. */
  public Map<String, ReferenceTensor> expected() {
    if (expected == null) {
      expected = tensors("output", "expected", "outputs", "output");
    }
    if (expected.isEmpty()) {
      throw new ReferenceFormatException(
          this
              + " expects nothing: it needs tensors under \"expected\" (or \"outputs\", \"output\")");
    }
    return expected;
  }

  public double rtol() {
    return tolerance("rtol", DEFAULT_RTOL);
  }

  public double atol() {
    return tolerance("atol", DEFAULT_ATOL);
  }

  @Override
  public String toString() {
    return component() + ", case '" + name() + "' (" + file + ")";
  }

  private double tolerance(String name, double byDefault) {
    JsonNode tolerance = field(name);
    if (tolerance.isMissingNode()) {
      JsonNode both = field("tolerance", "tol");
      tolerance = both.isObject() ? both.path(name) : both;
    }
    return tolerance.isNumber() ? tolerance.doubleValue() : byDefault;
  }

  private JsonNode setting(String name, String what, Predicate<JsonNode> test) {
    JsonNode value = settings().path(name);
    if (!test.test(value)) {
      throw new ReferenceFormatException(
          this
              + " has "
              + (value.isMissingNode() ? "no setting '" : "the setting '")
              + name
              + "', which is to be "
              + what
              + "; its settings are "
              + Json.abbreviate(settings()));
    }
    return value;
  }

  private JsonNode field(String... names) {
    JsonNode own = Json.first(json, names);
    return own.isMissingNode() ? Json.first(group, names) : own;
  }

  private static Map<String, NDArray> arrays(
      Map<String, ReferenceTensor> tensors, NDManager manager) {
    var arrays = new LinkedHashMap<String, NDArray>();
    tensors.forEach((name, tensor) -> arrays.put(name, tensor.toArray(manager)));
    return arrays;
  }

  /**
   * Reads named tensors, or one tensor that stands by itself.
   *
   * @param single the name of a tensor that stands by itself
   * @param fields the names of the field, the first that is there counts
   */
  private Map<String, ReferenceTensor> tensors(String single, String... fields) {
    var tensors = new LinkedHashMap<String, ReferenceTensor>();
    JsonNode value = field(fields);
    if (value.isMissingNode()) {
      return tensors;
    }
    boolean alone =
        !value.isObject()
            || value.has("data") && (value.has("dtype") || value.has("shape"))
            || value.path("tensor").isTextual();
    try (var files = new TensorFiles()) {
      if (alone) {
        tensors.put(single, tensor(single, value, files));
      } else {
        value
            .properties()
            .forEach(
                entry ->
                    tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue(), files)));
      }
    }
    return tensors;
  }

  private ReferenceTensor tensor(String name, JsonNode value, TensorFiles files) {
    try {
      JsonNode key = value.path("tensor");
      if (!key.isTextual()) {
        return ReferenceTensor.parse(value);
      }
      ReferenceTensor tensor = stored(value, key.textValue(), files);
      return value.has("dtype") ? tensor.as(value.get("dtype").asText()) : tensor;
    } catch (ReferenceFormatException e) {
      throw new ReferenceFormatException(this + ", tensor '" + name + "': " + e.getMessage(), e);
    }
  }

  private ReferenceTensor stored(JsonNode value, String key, TensorFiles files) {
    String byDefault = file.getFileName().toString().replaceFirst("\\.json$", ".safetensors");
    Path tensors = file.resolveSibling(value.path("file").asText(byDefault));
    try {
      NDArray array = files.read(tensors).get(key);
      if (array == null) {
        throw new ReferenceFormatException(tensors + " holds no tensor '" + key + "'");
      }
      return ReferenceTensor.of(array);
    } catch (UncheckedIOException e) {
      throw new UncheckedIOException(
          this + ": cannot read its tensors: " + e.getCause(), e.getCause());
    }
  }
}
