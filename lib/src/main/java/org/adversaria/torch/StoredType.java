package org.adversaria.torch;

import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.Optional;

/** The types of stored tensors, with the names that PyTorch and NumPy have for them. */
enum StoredType {
  FLOAT64("float64", "DoubleStorage", "f8", 8, DataType.FLOAT64),
  FLOAT32("float32", "FloatStorage", "f4", 4, DataType.FLOAT32),
  FLOAT16("float16", "HalfStorage", "f2", 2, DataType.FLOAT16),
  /** Read as float32, which holds every bfloat16 value exactly. */
  BFLOAT16("bfloat16", "BFloat16Storage", "", 2, DataType.FLOAT32),
  INT64("int64", "LongStorage", "i8", 8, DataType.INT64),
  INT32("int32", "IntStorage", "i4", 4, DataType.INT32),
  /** Read as int32, since DJL's engine has no arrays of int16. */
  INT16("int16", "ShortStorage", "i2", 2, DataType.INT32),
  INT8("int8", "CharStorage", "i1", 1, DataType.INT8),
  UINT8("uint8", "ByteStorage", "u1", 1, DataType.UINT8),
  BOOL("bool", "BoolStorage", "b1", 1, DataType.BOOLEAN);

  final String torchName;
  final String storageName;
  final String numpyCode;
  final int bytes;
  final DataType array;

  StoredType(String torchName, String storageName, String numpyCode, int bytes, DataType array) {
    this.torchName = torchName;
    this.storageName = storageName;
    this.numpyCode = numpyCode;
    this.bytes = bytes;
    this.array = array;
  }

  /** The type of a storage's class, such as {@code FloatStorage}. */
  static Optional<StoredType> ofStorage(String name) {
    return Arrays.stream(values()).filter(type -> type.storageName.equals(name)).findFirst();
  }

  /** The type of a name in PyTorch, such as {@code float32}. */
  static Optional<StoredType> ofTorch(String name) {
    return Arrays.stream(values()).filter(type -> type.torchName.equals(name)).findFirst();
  }

  /** The type of a code in NumPy, such as {@code f4}. */
  static Optional<StoredType> ofNumpy(String code) {
    return Arrays.stream(values()).filter(type -> type.numpyCode.equals(code)).findFirst();
  }
}
