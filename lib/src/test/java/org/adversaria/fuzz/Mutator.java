package org.adversaria.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Changes bytes and texts at random; the changes are a function of the seed. */
final class Mutator {

  private static final int MOST_EDITS = 6;

  /** Where headers are, which are changed more often than the rest. */
  private static final int HEAD = 64;

  private static final int[] BYTES = {0, 1, 0x7f, 0x80, 0xfe, 0xff, '\n', '"', '/', '.'};

  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    16,
    255,
    256,
    32767,
    32768,
    65535,
    65536,
    100_000,
    1 << 20,
    1 << 27,
    1 << 30,
    Integer.MAX_VALUE - 8,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xffffffffL,
    1L << 32,
    1L << 40,
    Long.MAX_VALUE - 8,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  /** A string, a number or word, or a sign. */
  private static final Pattern TOKEN =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"?|[\\w.+-]+|\\s+|.", Pattern.DOTALL);

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1",
          "2147483647",
          "-2147483648",
          "2147483648",
          "9223372036854775807",
          "9223372036854775808",
          "1e999",
          "-1e-999",
          "NaN",
          "0.5",
          "1" + "0".repeat(400),
          "\"\"",
          "\"a\"",
          "\"\\u0000\\u001b[31m\\u202e\"",
          "\"\\ud800\"",
          "\"" + "x".repeat(5_000) + "\"",
          "{}",
          "[]",
          "[[]]",
          "{\"a\":1}",
          "[".repeat(2_000),
          "[".repeat(60) + "]".repeat(60),
          "{\"a\":".repeat(2_000),
          "\"",
          "\u001b[2J",
          "\u0000",
          ",",
          "\n");

  private static final List<String> NAMES =
      List.of(
          "",
          ".",
          "..",
          "/",
          "//",
          "../evil.png",
          "../../../evil.png",
          "a/../../../evil.png",
          "./a/0.png",
          "a//0.png",
          "a/./0.png",
          "\\..\\evil.png",
          "C:\\evil.png",
          "a/0.png/",
          "a\u0000b.png",
          "a/\u001b[31m.png",
          "a/\n.png",
          "\u202egnp.a",
          "CON.png",
          "a/0.PNG",
          "a:b.png",
          ".hidden/0.png",
          "a/.png",
          "train/0.png",
          "test/a/0.png",
          "dataset.json",
          MutationTest.FOLDER.resolve("work").resolve("evil.png").toString(),
          "x".repeat(300) + ".png",
          "a/".repeat(40) + "0.png",
          "\ufffd/\ud83d\ude00.png",
          "a");

  private final SplittableRandom random;

  Mutator(long seed) {
    random = new SplittableRandom(seed);
  }

  /** A number from 0 to below {@code bound}. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** True once in so many times. */
  boolean oneIn(int n) {
    return below(n) == 0;
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  /** Applies a few changes, half the time one. */
  <T> T edits(T start, UnaryOperator<T> edit) {
    T result = start;
    for (int i = oneIn(2) ? 1 : 1 + below(MOST_EDITS); i > 0; i--) {
      result = edit.apply(result);
    }
    return result;
  }

  /** Changes bytes; {@code other} gives parts. */
  byte[] bytes(byte[] seed, byte[] other) {
    return edits(seed, bytes -> bytes.length == 0 ? other : edit(bytes, other));
  }

  private byte[] edit(byte[] bytes, byte[] other) {
    int at = position(bytes.length);
    int count = Math.min(bytes.length - at, 1 + below(oneIn(4) ? 64 : 4));
    byte[] copy = bytes.clone();
    switch (below(10)) {
      case 0 -> copy[at] ^= (byte) (1 << below(8));
      case 1 -> copy[at] = (byte) BYTES[below(BYTES.length)];
      case 2 -> copy[at] = (byte) below(256);
      case 3, 4, 5 -> number(copy, at);
      case 6 -> copy = Arrays.copyOf(bytes, at);
      case 7 -> copy = replaced(bytes, at, count, new byte[0]);
      case 8 -> copy = replaced(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + count));
      default -> {
        int from = other.length == 0 ? 0 : below(other.length);
        int to = Math.min(other.length, from + 1 + below(64));
        copy = replaced(bytes, at, oneIn(2) ? count : 0, Arrays.copyOfRange(other, from, to));
      }
    }
    return copy;
  }

  private int position(int length) {
    return below(oneIn(2) ? length : Math.min(length, HEAD));
  }

  private void number(byte[] bytes, int at) {
    int width = 2 << below(3);
    if (at + width > bytes.length) {
      return;
    }
    var order = oneIn(2) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order);
    long value = NUMBERS[below(NUMBERS.length)];
    switch (width) {
      case 2 -> buffer.putShort(at, (short) value);
      case 4 -> buffer.putInt(at, (int) value);
      default -> buffer.putLong(at, value);
    }
  }

  private static byte[] replaced(byte[] bytes, int at, int count, byte[] by) {
    var out = new ByteArrayOutputStream();
    out.write(bytes, 0, at);
    out.writeBytes(by);
    out.write(bytes, at + count, bytes.length - at - count);
    return out.toByteArray();
  }

  /** Changes bytes. */
  byte[] bytes(byte[] seed) {
    return bytes(seed, seed);
  }

  /** Changes tokens of JSON, CSV or lines, and sometimes the bytes of the text. */
  byte[] text(byte[] seed) {
    var tokens = new ArrayList<String>();
    var matcher = TOKEN.matcher(new String(seed, StandardCharsets.UTF_8));
    while (matcher.find()) {
      tokens.add(matcher.group());
    }
    edits(tokens, this::edit);
    byte[] text = String.join("", tokens).getBytes(StandardCharsets.UTF_8);
    return oneIn(5) ? bytes(text, seed) : text;
  }

  private ArrayList<String> edit(ArrayList<String> tokens) {
    if (tokens.isEmpty()) {
      tokens.add(oneOf(VALUES));
      return tokens;
    }
    int at = below(tokens.size());
    switch (below(8)) {
      case 0, 1, 2, 3 -> tokens.set(at, oneOf(VALUES));
      case 4 -> tokens.remove(at);
      case 5 -> tokens.add(at, oneOf(tokens));
      case 6 -> tokens.set(at, oneOf(tokens));
      default -> tokens.subList(at, Math.min(tokens.size(), at + 1 + below(8))).clear();
    }
    return tokens;
  }

  /** A name that a reader may trip over, or part of a given one. */
  String name(String given) {
    return switch (below(4)) {
      case 0 -> given.substring(0, below(given.length() + 1));
      case 1 -> given + oneOf(NAMES);
      default -> oneOf(NAMES);
    };
  }
}
