package org.adversaria.data;

import java.util.function.Supplier;
import org.adversaria.torch.Text;

/**
 * What a file may make the readers do, whatever its header claims. The defaults are above all that
 * real data sets have; a system property changes each.
 */
enum Limit {
  /** The bytes of one encoded picture. */
  FILE("file", 1L << 29),

  /** The pixels of one picture: a photograph of 100 megapixels is read, 20000x20000 are not. */
  PIXELS("pixels", 1L << 27),

  /** The bytes of a {@code dataset.json}. */
  JSON("json", 1L << 28),

  /** The number of classes. */
  CLASSES("classes", 1_000_000),

  /** The bytes that a gzipped file is unpacked to while it is read. */
  UNPACKED("unpacked", 1L << 38),

  /** The bytes that an archive is unpacked to on disk. */
  EXTRACTED("extracted", 1L << 32),

  /** The bytes of memory that a data set takes, with the pictures that are being decoded. */
  MEMORY("memory", Runtime.getRuntime().maxMemory() / 8 * 7);

  private static final int HEADER = 16;
  private static final int REFERENCES = 16;
  private static final long MIN_REGION = 1L << 20;
  private static final long MAX_REGION = 1L << 25;

  private final String property;
  private final long standard;

  Limit(String name, long standard) {
    this.property = "adversaria.limit." + name;
    this.standard = standard;
  }

  /**
   * The limit as it is set now.
   *
   * @throws IllegalArgumentException if the system property is no whole number from 1
   */
  long value() {
    String text = System.getProperty(property);
    if (text == null) {
      return standard;
    }
    if (!text.matches("[1-9][0-9]{0,17}")) {
      throw new IllegalArgumentException(
          Text.format(
              "-D%s is '%s'; give a whole number from 1, or leave it out for %d",
              property, Text.visible(text), standard));
    }
    return Long.parseLong(text);
  }

  /**
   * Fails if a file claims or holds more than the limit.
   *
   * @param amount what it claims
   * @param claim the file and its claim, the first half of the message
   */
  void require(long amount, Supplier<String> claim) {
    if (amount > value()) {
      throw exceeded(claim.get());
    }
  }

  /** The exception for a file that goes beyond the limit. */
  DataException exceeded(String claim) {
    return new DataException(
        Text.format(
            "%s, and the limit is %d; if the file is to be trusted, raise it with -D%s=...",
            claim, value(), property));
  }

  /**
   * The bytes of heap that an array of bytes takes with its references. G1 gives an array of half a
   * region or more whole regions of its own.
   */
  static long onHeap(long bytes) {
    long region =
        Math.min(
            MAX_REGION,
            Math.max(MIN_REGION, Long.highestOneBit(Runtime.getRuntime().maxMemory() / 2048)));
    long whole = bytes + HEADER;
    return REFERENCES + (whole < region / 2 ? (whole + 7) / 8 * 8 : roundUp(whole, region));
  }

  private static long roundUp(long bytes, long unit) {
    return (bytes + unit - 1) / unit * unit;
  }

  /** Fails if the images of a data set, all of one size, take more memory than there is. */
  static void requireMemory(String source, long images, long bytesEach) {
    long each = onHeap(bytesEach);
    if (images > MEMORY.value() / each) {
      throw outOfMemory(
          Text.format("%s has %d images, which take %d bytes each", source, images, each));
    }
  }

  /** The exception for data that do not fit into memory. */
  static DataException outOfMemory(String claim) {
    return new DataException(
        Text.format(
            """
            %s, but images may take %d bytes of memory here. Give Java more memory (-Xmx), or use \
            fewer or smaller images: Datasets.imageFolder(folder, 64) scales each to 64x64; \
            -D%s=... sets another limit""",
            claim, MEMORY.value(), MEMORY.property));
  }
}
