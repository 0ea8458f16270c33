package org.adversaria.torch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Parts of pickles, as bytes. */
final class Pickles {

  private Pickles() {}

  /** A byte for each character. */
  static byte[] bytes(String characters) {
    return characters.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] joined(byte[]... parts) {
    var bytes = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(bytes::writeBytes);
    return bytes.toByteArray();
  }

  static byte[] repeated(String characters, int times) {
    return bytes(characters.repeat(times));
  }

  /** A text of fewer than 256 bytes. */
  static byte[] text(String text) {
    return bytes("\u008c" + (char) text.length() + text);
  }

  /** Bytes as a value. */
  static byte[] content(byte[] bytes) {
    return joined(bytes("B"), little(bytes.length), bytes);
  }

  static byte[] number(int value) {
    return joined(bytes("J"), little(value));
  }

  /** A tuple of numbers, such as (2,3). */
  static byte[] tuple(String text) {
    var bytes = new ByteArrayOutputStream();
    bytes.write('(');
    for (String number : text.substring(1, text.length() - 1).split(",")) {
      bytes.writeBytes(number(Integer.parseInt(number)));
    }
    bytes.write('t');
    return bytes.toByteArray();
  }

  private static byte[] little(int value) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }
}
