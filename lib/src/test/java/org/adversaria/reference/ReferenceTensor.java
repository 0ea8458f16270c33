package org.adversaria.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A tensor of a reference case, on the heap, independent of any engine.
 *
 * @param type the type that an array made of it has
 * @param shape its shape
 * @param values its elements row by row; whole numbers are exact up to 2^53
 */
public record ReferenceTensor(DataType type, Shape shape, double[] values) {

  /** The names of types in PyTorch, NumPy and safetensors; types that DJL lacks are widened. */
  private static final Map<String, DataType> TYPES =
      Map.ofEntries(
          Map.entry("float32", DataType.FLOAT32),
          Map.entry("float", DataType.FLOAT32),
          Map.entry("f32", DataType.FLOAT32),
          Map.entry("bfloat16", DataType.FLOAT32),
          Map.entry("float64", DataType.FLOAT64),
          Map.entry("double", DataType.FLOAT64),
          Map.entry("f64", DataType.FLOAT64),
          Map.entry("float16", DataType.FLOAT16),
          Map.entry("half", DataType.FLOAT16),
          Map.entry("f16", DataType.FLOAT16),
          Map.entry("int64", DataType.INT64),
          Map.entry("long", DataType.INT64),
          Map.entry("i64", DataType.INT64),
          Map.entry("int32", DataType.INT32),
          Map.entry("int", DataType.INT32),
          Map.entry("i32", DataType.INT32),
          Map.entry("int16", DataType.INT32),
          Map.entry("int8", DataType.INT8),
          Map.entry("i8", DataType.INT8),
          Map.entry("uint8", DataType.UINT8),
          Map.entry("u8", DataType.UINT8),
          Map.entry("bool", DataType.BOOLEAN),
          Map.entry("boolean", DataType.BOOLEAN));

  /**
   * Reads a tensor written as JSON: {@code {"dtype", "shape", "data"}}, or a number or a nested
   * list by itself.
   *
   * @param json the tensor; without a type, whole numbers make int64, truth values boolean and all
   *     other numbers float32
   * @return the tensor
   * @throws ReferenceFormatException if it is written in no way that this method knows
   */
  public static ReferenceTensor parse(JsonNode json) {
    JsonNode data = json.isObject() ? Json.first(json, "data", "values", "value") : json;
    if (data.isMissingNode()) {
      throw new ReferenceFormatException(
          "a tensor is a number, a nested list, {\"dtype\", \"shape\", \"data\"} or {\"tensor\":"
              + " \"key of the safetensors file\"}, but this is "
              + Json.abbreviate(json));
    }
    var leaves = new ArrayList<JsonNode>();
    var nested = new ArrayList<Long>();
    flatten(data, 0, nested, leaves);
    double[] values = leaves.stream().mapToDouble(ReferenceTensor::number).toArray();
    DataType type = json.has("dtype") ? type(json.get("dtype").asText()) : guess(leaves);
    Shape shape = new Shape(nested);
    if (json.has("shape")) {
      shape = new Shape(Json.longs(json.get("shape")));
    }
    if (shape.size() != values.length) {
      throw new ReferenceFormatException(
          "the tensor has shape " + shape + " but " + values.length + " values");
    }
    return new ReferenceTensor(type, shape, values);
  }

  /**
   * Copies an array.
   *
   * @param array any array
   * @return its type, shape and elements
   */
  public static ReferenceTensor of(NDArray array) {
    double[] values =
        switch (array.getDataType()) {
          case FLOAT64 -> array.toDoubleArray();
          case INT64 -> Arrays.stream(array.toLongArray()).asDoubleStream().toArray();
          case INT32 -> Arrays.stream(array.toIntArray()).asDoubleStream().toArray();
          default -> {
            try (NDArray floats = array.toType(DataType.FLOAT32, true)) {
              float[] f = floats.toFloatArray();
              yield IntStream.range(0, f.length).mapToDouble(i -> f[i]).toArray();
            }
          }
        };
    return new ReferenceTensor(array.getDataType(), array.getShape(), values);
  }

  /**
   * Makes an array of it.
   *
   * @param manager the array's owner
   * @return the array
   */
  public NDArray toArray(NDManager manager) {
    return switch (type) {
      case INT64 -> manager.create(Arrays.stream(values).mapToLong(v -> (long) v).toArray(), shape);
      case INT32 -> manager.create(Arrays.stream(values).mapToInt(v -> (int) v).toArray(), shape);
      case FLOAT64 -> manager.create(values, shape);
      default -> {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) values[i];
        }
        NDArray array = manager.create(floats, shape);
        yield type == DataType.FLOAT32 ? array : array.toType(type, false);
      }
    };
  }

  /** The same values as another type, given by its name. */
  public ReferenceTensor as(String name) {
    return new ReferenceTensor(type(name), shape, values);
  }

  private static void flatten(JsonNode data, int depth, List<Long> shape, List<JsonNode> leaves) {
    if (!data.isArray()) {
      if (depth != shape.size()) {
        throw new ReferenceFormatException("a nested list has a value where others have a list");
      }
      leaves.add(data);
      return;
    }
    if (depth == shape.size() && leaves.isEmpty()) {
      shape.add((long) data.size());
    } else if (depth >= shape.size() || shape.get(depth) != data.size()) {
      throw new ReferenceFormatException("the lists of a nested list differ in length");
    }
    for (JsonNode element : data) {
      flatten(element, depth + 1, shape, leaves);
    }
  }

  private static double number(JsonNode value) {
    if (value.isNumber()) {
      return value.doubleValue();
    }
    if (value.isBoolean()) {
      return value.booleanValue() ? 1 : 0;
    }
    return switch (value.asText().toLowerCase(Locale.ROOT)) {
      case "nan" -> Double.NaN;
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      default ->
          throw new ReferenceFormatException("a tensor holds " + value + ", which is no number");
    };
  }

  private static DataType guess(List<JsonNode> leaves) {
    if (!leaves.isEmpty() && leaves.stream().allMatch(JsonNode::isBoolean)) {
      return DataType.BOOLEAN;
    }
    boolean whole = !leaves.isEmpty() && leaves.stream().allMatch(JsonNode::isIntegralNumber);
    return whole ? DataType.INT64 : DataType.FLOAT32;
  }

  private static DataType type(String name) {
    String key = name.toLowerCase(Locale.ROOT).replaceFirst("^(torch|np|numpy)\\.", "");
    DataType type = TYPES.get(key);
    if (type == null) {
      throw new ReferenceFormatException(
          "a tensor has the dtype '"
              + name
              + "'; known are "
              + TYPES.keySet().stream().sorted().toList());
    }
    return type;
  }
}
