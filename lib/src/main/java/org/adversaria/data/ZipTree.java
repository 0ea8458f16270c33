package org.adversaria.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.adversaria.torch.Text;

/**
 * The files of a zip. All failures, whatever it holds, are {@link DataException}s with its name.
 */
final class ZipTree implements FileTree {

  static final String SUFFIX = ".zip";

  /** What the name of an entry takes in memory, about, beside its characters. */
  private static final long NAME = 100;

  private final Path root;
  private final ZipFile zip;
  private final Map<String, ZipEntry> entries = new HashMap<>();

  private ZipTree(Path root, ZipFile zip) {
    this.root = root;
    this.zip = zip;
  }

  static ZipTree of(Path archive) {
    Unpacked.requireRegular(archive);
    try {
      return new ZipTree(archive, new ZipFile(archive.toFile()));
    } catch (IOException | IllegalArgumentException e) {
      // The latter: names that are not in UTF-8.
      throw Unpacked.unreadable(archive, e);
    }
  }

  @Override
  public Path root() {
    return root;
  }

  @Override
  public String name() {
    String file = FileTree.nameOf(root);
    return file.substring(0, file.length() - SUFFIX.length());
  }

  @Override
  public boolean isArchive() {
    return true;
  }

  @Override
  public String shown(String path) {
    return root + "!" + path;
  }

  @Override
  public Listing list() {
    var images = new ArrayList<Entry>();
    var labels = new ArrayList<String>();
    var leftOut = new LeftOutFiles();
    try {
      long memory = 0;
      for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().<ZipEntry>map(e -> e)::iterator) {
        String path = entry.getName().replace('\\', '/').replaceFirst("^\\./", "");
        if (entry.isDirectory()) {
          continue;
        }
        if (LeftOutFiles.isHidden(path)) {
          leftOut.addByName(path);
        } else if (LeftOutFiles.isImage(path)) {
          requireName(entry);
          images.add(new Entry(path, entry.getSize()));
          entries.put(path, entry);
          memory += NAME + 2L * path.length();
          FileTree.requireMemory(root, images.size(), memory);
        } else if (LeftOutFiles.isLabels(path)) {
          labels.add(path);
          entries.put(path, entry);
        } else {
          leftOut.addByName(path);
        }
      }
    } catch (IllegalArgumentException e) {
      throw Unpacked.unreadable(root, e);
    }
    images.sort(Comparator.comparing(Entry::path));
    Layout.requireDifferent(root, images);
    return new Listing(images, labels, leftOut);
  }

  private void requireName(ZipEntry entry) {
    if (!Text.isVisible(entry.getName())) {
      throw new DataException(
          Text.format(
              "%s has the entry '%s', whose name has control characters; make the archive again",
              root, Text.visible(entry.getName())));
    }
  }

  @Override
  public InputStream open(String path) throws IOException {
    ZipEntry entry = entries.get(path);
    if (entry == null) {
      throw new NoSuchFileException(shown(path));
    }
    return zip.getInputStream(entry);
  }

  @Override
  public int[] decode(List<Entry> images, Decoder<?> decoder) {
    int added = 0;
    for (Entry image : images) {
      if (!decoder.add(shown(image.path()), image.length(), () -> content(image))) {
        break;
      }
      added++;
    }
    return IntStream.range(0, added).toArray();
  }

  private byte[] content(Entry image) throws IOException {
    String source = shown(image.path());
    byte[] bytes;
    try (InputStream in = open(image.path())) {
      bytes = Unpacked.exactly(in, image.length(), source);
    }
    var checksum = new CRC32();
    checksum.update(bytes);
    long expected = entries.get(image.path()).getCrc();
    if (checksum.getValue() != expected) {
      throw new DataException(
          Text.format(
              "%s is damaged: its CRC-32 is %08x, but should be %08x; get the archive again",
              source, checksum.getValue(), expected));
    }
    return bytes;
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw Unpacked.unreadable(root, e);
    }
  }
}
