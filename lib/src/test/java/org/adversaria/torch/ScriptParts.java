package org.adversaria.torch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Parts of pickles as PyTorch writes them, as text of bytes. */
final class ScriptParts {

  static final String FALSE = "\u0089";
  static final String NONE = "N";

  private ScriptParts() {}

  static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String word(long value, int bytes) {
    byte[] array = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    return new String(array, 0, bytes, StandardCharsets.ISO_8859_1);
  }

  static String text(String value) {
    return "X" + word(value.length(), 4) + value;
  }

  static String number(long value) {
    return "\u008a\b" + word(value, 8);
  }

  static String numbers(long... values) {
    var pickle = new StringBuilder("(");
    for (long value : values) {
      pickle.append(number(value));
    }
    return pickle.append('t').toString();
  }

  /** A float32 tensor. */
  static String tensor(String key, long elements, long offset, String sizes, String strides) {
    return "ctorch._utils\n_rebuild_tensor_v2\n(("
        + text("storage")
        + "ctorch\nFloatStorage\n"
        + text(key)
        + text("cpu")
        + number(elements)
        + "tQ"
        + number(offset)
        + sizes
        + strides
        + "\u0089ccollections\nOrderedDict\n)RtR";
  }

  /** An object; its attributes are names and pickles in turn. */
  static String object(String module, String type, String... attributes) {
    var pickle = new StringBuilder("c" + module + "\n" + type + "\n)\u0081}(");
    for (int i = 0; i < attributes.length; i += 2) {
      pickle.append(text(attributes[i])).append(attributes[i + 1]);
    }
    return pickle + "ub";
  }

  static String pickle(String value) {
    return "\u0080\u0002" + value + ".";
  }

  static byte[] floats(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }
}
