package org.adversaria.torch;

/**
 * What a file may make its reader do, whatever it claims. The limits are above all that real
 * weights have; {@code -Dadversaria.limit.values=...} sets that of values, for a checkpoint with
 * long lists of numbers.
 */
final class PickleBudget {

  private static final String VALUES = "adversaria.limit.values";
  private static final int STEPS_PER_VALUE = 10;
  private static final int MAXIMAL_VALUES = 4_000_000;

  /** Of Java's heap, of which an empty dictionary takes half as much. */
  private static final int BYTES_PER_VALUE = 256;

  private static final long MAXIMAL_MEMORY = 1L << 28;
  private static final int MAXIMAL_SHARING = 16;
  private static final long SMALL = 1L << 26;

  private final ScriptEntry entry;
  private final long tensorLimit;
  private final long valueLimit;
  private long steps;
  private long values;
  private long memory = Math.min(MAXIMAL_MEMORY, Runtime.getRuntime().maxMemory() / 4);
  private long tensorBytes;

  /**
   * Creates the budget of a file.
   *
   * @param fileSize in bytes
   */
  PickleBudget(ScriptEntry entry, long fileSize) {
    this.entry = entry;
    valueLimit =
        Long.getLong(
            VALUES, Math.min(MAXIMAL_VALUES, Runtime.getRuntime().maxMemory() / BYTES_PER_VALUE));
    tensorLimit = Math.max(SMALL, MAXIMAL_SHARING * fileSize);
  }

  /** Counts an instruction, of which a value takes a few. */
  void step() {
    if (++steps > STEPS_PER_VALUE * valueLimit) {
      throw tooMany(STEPS_PER_VALUE * valueLimit, "instructions");
    }
  }

  /** Counts a value. */
  void value() {
    if (++values > valueLimit) {
      throw tooMany(valueLimit, "values");
    }
  }

  private RuntimeException tooMany(long limit, String what) {
    return entry.exception(
        Text.format("it has more than %d %s", limit, what),
        Text.format("If the file is to be trusted, raise the limit with -D%s=...", VALUES));
  }

  /** Counts bytes of texts and names on Java's heap. */
  void takeMemory(long bytes) {
    memory -= bytes;
    if (memory < 0) {
      throw entry.damaged("its texts and names take more memory than those of weights");
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
