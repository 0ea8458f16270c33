package org.adversaria.torch;

import ai.djl.ndarray.types.DataType;
import java.util.EnumSet;
import java.util.Set;

/**
 * The data types of arrays of DJL's PyTorch engine.
 *
 * <p>DJL has more types than its engine supports. To create an array of another type, by {@code
 * create}, {@code zeros}, {@code toType} or any other method, ends the process without an
 * exception, or results in float32 for complex64. Types from callers are therefore checked with
 * this class.
 */
public final class DataTypes {

  private static final Set<DataType> SUPPORTED =
      EnumSet.of(
          DataType.FLOAT32,
          DataType.FLOAT64,
          DataType.FLOAT16,
          DataType.INT64,
          DataType.INT32,
          DataType.INT8,
          DataType.UINT8,
          DataType.BOOLEAN);

  private DataTypes() {}

  /**
   * Checks that the engine has arrays of a type.
   *
   * @param type a data type; {@link DataType#UNKNOWN} is that of arrays from scripts of types that
   *     DJL does not have
   * @return the type
   * @throws IllegalArgumentException if the engine has no arrays of it
   */
  public static DataType require(DataType type) {
    if (type == DataType.UNKNOWN) {
      throw new IllegalArgumentException(
          "The array has a type that DJL does not know, such as bfloat16 or int16 from a script;"
              + " convert it first: toType(DataType.FLOAT32, false)");
    }
    if (!SUPPORTED.contains(type)) {
      throw new IllegalArgumentException(
          "DJL's PyTorch engine makes no arrays of " + type + "; it makes those of " + SUPPORTED);
    }
    return type;
  }
}
