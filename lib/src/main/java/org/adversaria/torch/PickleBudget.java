package org.adversaria.torch;

/**
 * What a file may make its reader do, whatever it claims. The limits are above all that real
 * weights have.
 */
final class PickleBudget {

  private static final int MAXIMAL_STEPS = 20_000_000;
  private static final int MAXIMAL_VALUES = 1_000_000;
  private static final long MAXIMAL_MEMORY = 1L << 28;
  private static final int MAXIMAL_SHARING = 16;
  private static final long SMALL = 1L << 26;

  private final ScriptEntry entry;
  private final long tensorLimit;
  private int steps;
  private int values;
  private long memory = Math.min(MAXIMAL_MEMORY, Runtime.getRuntime().maxMemory() / 4);
  private long tensorBytes;

  /**
   * Creates the budget of a file.
   *
   * @param fileSize in bytes
   */
  PickleBudget(ScriptEntry entry, long fileSize) {
    this.entry = entry;
    tensorLimit = Math.max(SMALL, MAXIMAL_SHARING * fileSize);
  }

  /** Counts an instruction. */
  void step() {
    if (++steps > MAXIMAL_STEPS) {
      throw entry.damaged(Text.format("it has more than %d instructions", MAXIMAL_STEPS));
    }
  }

  /** Counts a value. */
  void value() {
    if (++values > MAXIMAL_VALUES) {
      throw entry.damaged(Text.format("it has more than %d values", MAXIMAL_VALUES));
    }
  }

  /** Counts bytes that are copied to Java's heap. */
  void takeMemory(long bytes) {
    memory -= bytes;
    if (memory < 0) {
      throw entry.damaged("its texts take more memory than weights have");
    }
  }

  /** Counts a tensor, of which few bytes of the file can be many elements. */
  void tensor(long bytes) {
    tensorBytes += bytes;
    if (bytes > tensorLimit || tensorBytes > tensorLimit) {
      throw entry.exception(
          Text.format(
              "its tensors take more than %d bytes, far more than the file has", tensorLimit),
          "Save tensors that are expanded as copies: x.clone()");
    }
  }
}
