package org.adversaria.storage;

import java.util.Arrays;

/**
 * A change of a disk, as a program asked for it. Files and directories have numbers, which stay the
 * same when names change.
 */
public sealed interface Change {

  /** The file or directory, by its name at the time. */
  String path();

  /** Makes the change on a disk that is in the state before it. */
  void applyTo(Disk disk);

  /** A new, empty file or directory. */
  record Create(String path, int directory, String name, int node, boolean isDirectory)
      implements Change {

    @Override
    public void applyTo(Disk disk) {
      disk.add(node, isDirectory);
      disk.rename(directory, null, name, node);
    }
  }

  /** An existing file opened for writing, which alone changes nothing. */
  record Open(String path, int node) implements Change {

    @Override
    public void applyTo(Disk disk) {}
  }

  /** A change of a file's bytes. */
  sealed interface Edit extends Change {

    int node();

    byte[] edit(byte[] before);

    long sizeAfter(long before);

    @Override
    default void applyTo(Disk disk) {
      disk.edit(this);
    }
  }

  /** Bytes written to a file. */
  record Write(String path, int node, long position, byte[] bytes) implements Edit {

    @Override
    public byte[] edit(byte[] before) {
      byte[] after = Arrays.copyOf(before, Math.toIntExact(sizeAfter(before.length)));
      System.arraycopy(bytes, 0, after, (int) position, bytes.length);
      return after;
    }

    @Override
    public long sizeAfter(long before) {
      return Math.max(before, position + bytes.length);
    }

    @Override
    public String toString() {
      return "Write[path=" + path + ", position=" + position + ", bytes=" + bytes.length + "]";
    }
  }

  /** A file cut to a size. */
  record Truncate(String path, int node, long size) implements Edit {

    @Override
    public byte[] edit(byte[] before) {
      return Arrays.copyOf(before, (int) sizeAfter(before.length));
    }

    @Override
    public long sizeAfter(long before) {
      return Math.min(before, size);
    }
  }

  /** All earlier changes of a file's bytes, or of a directory's entries, reach the medium. */
  record Force(String path, int node) implements Change {

    @Override
    public void applyTo(Disk disk) {
      disk.force(node);
    }
  }

  /** Another name; within one directory the move is atomic. */
  record Move(String path, String target, int from, String name, int to, String newName, int node)
      implements Change {

    @Override
    public void applyTo(Disk disk) {
      if (from == to) {
        disk.rename(from, name, newName, node);
      } else {
        disk.rename(from, name, null, node);
        disk.rename(to, null, newName, node);
      }
    }
  }

  /** A name removed. */
  record Delete(String path, int directory, String name, int node) implements Change {

    @Override
    public void applyTo(Disk disk) {
      disk.rename(directory, name, null, node);
    }
  }
}
