package org.adversaria.data;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests of files and of data sets, as lower-case hexadecimal digits. */
public final class Checksums {

  private Checksums() {}

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java runtime has no " + algorithm, e);
    }
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Returns the SHA-256 of a file.
   *
   * @param file the file
   * @return 64 digits
   * @throws IOException if it cannot be read
   */
  public static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return of(in);
    }
  }

  /** The SHA-256 of the rest of a stream. */
  static String of(InputStream in) throws IOException {
    MessageDigest digest = digest("SHA-256");
    var buffer = new byte[1 << 16];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      digest.update(buffer, 0, n);
    }
    return hex(digest);
  }

  /** The SHA-256 of the values of arrays, one after the other. */
  static String of(NDArray... arrays) {
    return of("", arrays);
  }

  /** The SHA-256 of a text and of the values of arrays, one after the other. */
  static String of(String text, NDArray... arrays) {
    MessageDigest digest = digest("SHA-256");
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    for (NDArray array : arrays) {
      digest.update(array.toByteBuffer());
    }
    return hex(digest);
  }

  /** The digest of {@link ImageData#checksum()}. */
  static String of(ImageData data) {
    MessageDigest digest = digest("SHA-256");
    var numbers = ByteBuffer.allocate(16);
    numbers.putInt(data.size()).putInt(data.channels()).putInt(data.height()).putInt(data.width());
    digest.update(numbers.flip());
    var record = ByteBuffer.allocate(data.imageLength() + Integer.BYTES);
    for (int i = 0; i < data.size(); i++) {
      data.copyImage(i, record.array(), 0);
      record.putInt(data.imageLength(), data.label(i));
      digest.update(record.array());
    }
    return hex(digest);
  }
}
