package org.adversaria.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.adversaria.torch.Text;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/** The files of a tar archive, gzipped or plain, which is read anew for each purpose. */
record TarTree(Path root) implements FileTree {

  /** The end of an archive's name. */
  static final String SUFFIX = "\\.(tar|tar\\.gz|tgz)$";

  /** What the name of an entry takes in memory, about, beside its characters. */
  private static final long NAME = 100;

  @Override
  public String name() {
    return FileTree.nameOf(root).replaceFirst("(?i)" + SUFFIX, "");
  }

  @Override
  public boolean isArchive() {
    return true;
  }

  @Override
  public String shown(String path) {
    return root + "!" + path;
  }

  private static String path(TarArchiveEntry entry) {
    return entry.getName().replaceFirst("^\\./", "");
  }

  @Override
  public Listing list() {
    var images = new ArrayList<Entry>();
    var labels = new ArrayList<String>();
    var leftOut = new LeftOutFiles();
    long memory = 0;
    try (var entries = new TarEntries(root)) {
      for (TarArchiveEntry entry = entries.next(); entry != null; entry = entries.next()) {
        String path = path(entry);
        if (entry.isSymbolicLink() || entry.isLink()) {
          leftOut.add("links in an archive, which are not followed", path);
        } else if (entry.isDirectory()) {
          // Folders are known by their files.
        } else if (!TarEntries.isPlainFile(entry)) {
          leftOut.add("pipes, devices and files with holes", path);
        } else if (LeftOutFiles.isHidden(path)) {
          leftOut.addByName(path);
        } else if (LeftOutFiles.isImage(path)) {
          long size = entry.getSize();
          Limit.FILE.require(size, () -> Text.format("%s has %d bytes", shown(path), size));
          images.add(new Entry(path, size));
          memory += NAME + 2L * path.length();
          FileTree.requireMemory(root, images.size(), memory);
        } else if (LeftOutFiles.isLabels(path)) {
          labels.add(path);
        } else {
          leftOut.addByName(path);
        }
      }
    }
    images.sort(Comparator.comparing(Entry::path));
    Layout.requireDifferent(root, images);
    return new Listing(images, labels, leftOut);
  }

  @Override
  public InputStream open(String path) throws IOException {
    var entries = new TarEntries(root);
    for (TarArchiveEntry entry = entries.next(); entry != null; entry = entries.next()) {
      if (path(entry).equals(path)) {
        return new FilterInputStream(entries.stream()) {
          @Override
          public void close() {
            entries.close();
          }
        };
      }
    }
    entries.close();
    throw new NoSuchFileException(shown(path));
  }

  @Override
  public int[] decode(List<Entry> images, Decoder<?> decoder) {
    Map<String, Integer> wanted = new HashMap<>();
    images.forEach(image -> wanted.put(image.path(), wanted.size()));
    var order = new ArrayList<Integer>();
    try (var entries = new TarEntries(root)) {
      boolean more = true;
      for (TarArchiveEntry entry = entries.next(); entry != null && more; entry = entries.next()) {
        Integer index = TarEntries.isPlainFile(entry) ? wanted.get(path(entry)) : null;
        if (index != null) {
          String source = shown(path(entry));
          long length = entry.getSize();
          more = decoder.addNow(source, length, () -> entries.content(source, length));
          order.add(index);
        }
      }
    }
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
