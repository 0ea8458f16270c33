package org.adversaria.torch;

import ai.djl.ndarray.types.DataType;
import java.util.EnumSet;
import java.util.Set;

/**
 * The data types that DJL's PyTorch engine makes arrays of.
 *
 * <p>DJL names more types than its engine knows. To ask for an array of one of the others, by
 * {@code create}, {@code zeros}, {@code toType} or any other method, ends the process without an
 * exception, or gives float32 where complex64 was asked for; so what comes from outside is checked
 * here first.
 */
public final class DataTypes {

  private static final Set<DataType> MADE =
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
   * Refuses a type that the engine makes no arrays of.
   *
   * @param type a data type; {@link DataType#UNKNOWN} is that of a script's array of a type that
   *     DJL has no name for
   * @return the type
   * @throws IllegalArgumentException if there are no arrays of it
   */
  public static DataType require(DataType type) {
    if (type == DataType.UNKNOWN) {
      throw new IllegalArgumentException(
          "The array has a type that DJL does not know, such as bfloat16 or int16 from a script;"
              + " convert it first: toType(DataType.FLOAT32, false)");
    }
    if (!MADE.contains(type)) {
      throw new IllegalArgumentException(
          "DJL's PyTorch engine makes no arrays of " + type + "; it makes those of " + MADE);
    }
    return type;
  }
}
