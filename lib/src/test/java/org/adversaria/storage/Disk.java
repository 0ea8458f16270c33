package org.adversaria.storage;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk: of every file and directory what is certainly on the medium, and the changes since.
 * Programs see all changes; after a crash a {@link CrashPolicy} decides.
 */
final class Disk {

  static final int ROOT = 0;

  /** A change of a directory's entries; one of the names may be null. */
  record Rename(String oldName, String newName, int node) {

    /** Whether this change has to come after an earlier one. */
    boolean follows(Rename earlier) {
      return node == earlier.node || touches(earlier.oldName) || touches(earlier.newName);
    }

    private boolean touches(String name) {
      return name != null && (name.equals(oldName) || name.equals(newName));
    }
  }

  private static final class Bytes {
    private byte[] durable = {};
    private final List<Change.Edit> pending = new ArrayList<>();

    long size() {
      long size = durable.length;
      for (Change.Edit edit : pending) {
        size = edit.sizeAfter(size);
      }
      return size;
    }

    void force() {
      durable = CrashPolicy.KILL.bytes(durable, pending, null);
      pending.clear();
    }
  }

  private static final class Entries {
    private Map<String, Integer> durable = new TreeMap<>();
    private final List<Rename> pending = new ArrayList<>();

    Map<String, Integer> after(CrashPolicy policy, Random random) {
      var entries = new TreeMap<>(durable);
      boolean[] applied = policy.names(pending, random);
      for (int i = 0; i < applied.length; i++) {
        Rename rename = pending.get(i);
        if (applied[i] && rename.oldName() != null) {
          entries.remove(rename.oldName());
        }
        if (applied[i] && rename.newName() != null) {
          entries.put(rename.newName(), rename.node());
        }
      }
      return entries;
    }

    Map<String, Integer> now() {
      return after(CrashPolicy.KILL, null);
    }

    void force() {
      durable = now();
      pending.clear();
    }
  }

  private final Map<Integer, Bytes> files = new HashMap<>();
  private final Map<Integer, Entries> directories = new HashMap<>();

  Disk() {
    add(ROOT, true);
  }

  void add(int node, boolean isDirectory) {
    if (isDirectory) {
      directories.put(node, new Entries());
    } else {
      files.put(node, new Bytes());
    }
  }

  void edit(Change.Edit edit) {
    files.get(edit.node()).pending.add(edit);
  }

  void rename(int directory, String oldName, String newName, int node) {
    directories.get(directory).pending.add(new Rename(oldName, newName, node));
  }

  void force(int node) {
    if (directories.containsKey(node)) {
      directories.get(node).force();
    } else {
      files.get(node).force();
    }
  }

  void forceAll() {
    files.values().forEach(Bytes::force);
    directories.values().forEach(Entries::force);
  }

  /** An entry of a directory as programs see it, or null. */
  Integer child(int directory, String name) {
    Entries entries = directories.get(directory);
    return entries == null ? null : entries.now().get(name);
  }

  int nodes() {
    return files.size() + directories.size();
  }

  long size(int file) {
    return files.get(file).size();
  }

  /** The bytes of all files that have a name. */
  long used() {
    return used(ROOT);
  }

  private long used(int node) {
    return directories.containsKey(node)
        ? directories.get(node).now().values().stream().mapToLong(this::used).sum()
        : size(node);
  }

  /** What a crash leaves. */
  DiskImage image(CrashPolicy policy, Random random) {
    var image = new TreeMap<String, ByteBuffer>();
    collect(ROOT, "", policy, random, image);
    return new DiskImage(image);
  }

  private void collect(
      int directory,
      String prefix,
      CrashPolicy policy,
      Random random,
      Map<String, ByteBuffer> image) {
    for (var entry : directories.get(directory).after(policy, random).entrySet()) {
      String path = prefix + entry.getKey();
      int node = entry.getValue();
      if (directories.containsKey(node)) {
        image.put(path + "/", ByteBuffer.allocate(0));
        collect(node, path + "/", policy, random, image);
      } else {
        Bytes file = files.get(node);
        image.put(path, ByteBuffer.wrap(policy.bytes(file.durable, file.pending, random)));
      }
    }
  }
}
