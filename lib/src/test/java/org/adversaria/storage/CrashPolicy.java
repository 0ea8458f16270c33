package org.adversaria.storage;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Which of the changes that nothing forced to the medium a crash leaves. */
public enum CrashPolicy {
  /** All of them: the process was killed, and the machine goes on. */
  KILL(true, true),

  /** All names, no bytes: a file system that writes its metadata first leaves empty files. */
  METADATA_FIRST(true, false),

  /** None. */
  PESSIMISTIC(false, false),

  /**
   * Any. Changes of one file's bytes, of one name, and of the names of one file keep their order;
   * the last write may be torn.
   */
  RANDOM(false, false) {

    @Override
    boolean[] names(List<Disk.Rename> pending, Random random) {
      var applied = new boolean[pending.size()];
      for (int later = applied.length - 1; later >= 0; later--) {
        applied[later] |= random.nextBoolean();
        for (int earlier = 0; applied[later] && earlier < later; earlier++) {
          applied[earlier] |= pending.get(later).follows(pending.get(earlier));
        }
      }
      return applied;
    }

    @Override
    byte[] bytes(byte[] durable, List<Change.Edit> pending, Random random) {
      int count = random.nextInt(pending.size() + 1);
      byte[] bytes = durable;
      for (Change.Edit edit : pending.subList(0, count)) {
        bytes = edit.edit(bytes);
      }
      if (count < pending.size() && pending.get(count) instanceof Change.Write write) {
        bytes = torn(write, random).edit(bytes);
      }
      return bytes;
    }
  };

  private static final int BLOCK = 512;

  private final boolean names;
  private final boolean contents;

  CrashPolicy(boolean names, boolean contents) {
    this.names = names;
    this.contents = contents;
  }

  /** Which of a directory's changes are on the medium. */
  boolean[] names(List<Disk.Rename> pending, Random random) {
    var applied = new boolean[pending.size()];
    Arrays.fill(applied, names);
    return applied;
  }

  /** A file's bytes on the medium. */
  byte[] bytes(byte[] durable, List<Change.Edit> pending, Random random) {
    byte[] bytes = durable;
    if (contents) {
      for (Change.Edit edit : pending) {
        bytes = edit.edit(bytes);
      }
    }
    return bytes;
  }

  /** Some blocks of a write; the file ends after them, or has its whole length and zeros. */
  private static Change.Write torn(Change.Write write, Random random) {
    byte[] whole = write.bytes();
    int kept = Math.min(whole.length, BLOCK * random.nextInt(whole.length / BLOCK + 1));
    byte[] part = Arrays.copyOf(whole, kept);
    byte[] bytes = random.nextBoolean() ? part : Arrays.copyOf(part, whole.length);
    return new Change.Write(write.path(), write.node(), write.position(), bytes);
  }
}
