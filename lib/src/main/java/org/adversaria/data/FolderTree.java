package org.adversaria.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.IntStream;
import org.adversaria.torch.Text;

/** The files below a folder. Symbolic links are followed, also to other places. */
record FolderTree(Path root) implements FileTree {

  /** What the name of a file takes in memory, about, beside its characters. */
  private static final long NAME = 100;

  @Override
  public String name() {
    return FileTree.nameOf(root);
  }

  @Override
  public boolean isArchive() {
    return false;
  }

  @Override
  public String shown(String path) {
    return Text.visible(root.resolve(path).toString());
  }

  @Override
  public Listing list() {
    var walk = new Walk();
    try {
      Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, walk);
    } catch (IOException e) {
      throw new DataException(
          Text.format(
              """
              %s cannot be read as a folder of images (%s); give a folder of images, or one that has \
              one folder for each class""",
              root, Unpacked.reason(e)),
          e);
    }
    walk.images.sort(Comparator.comparing(Entry::path));
    return new Listing(walk.images, walk.labels, walk.leftOut);
  }

  private String below(Path path) {
    return root.relativize(path).toString().replace('\\', '/');
  }

  /** Collects files; a link to a folder that it lies in ends there. */
  private final class Walk extends SimpleFileVisitor<Path> {

    private final List<Entry> images = new ArrayList<>();
    private final List<String> labels = new ArrayList<>();
    private final LeftOutFiles leftOut = new LeftOutFiles();
    private final Deque<Integer> before = new ArrayDeque<>();
    private long memory;

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      String path = below(folder);
      if (!path.isEmpty() && LeftOutFiles.isHidden(path)) {
        leftOut.addByName(path);
        return FileVisitResult.SKIP_SUBTREE;
      }
      before.push(images.size());
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
      if (e != null) {
        throw e;
      }
      if (before.pop() == images.size() && !before.isEmpty()) {
        leftOut.add("folders without images", below(folder));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      String path = below(file);
      if (attributes.isSymbolicLink()) {
        leftOut.add("links to nothing", path);
      } else if (LeftOutFiles.isHidden(path)) {
        leftOut.addByName(path);
      } else if (!attributes.isRegularFile()) {
        leftOut.add("pipes and devices", path);
      } else if (LeftOutFiles.isImage(path)) {
        images.add(new Entry(path, attributes.size()));
        memory += NAME + 2L * path.length();
        FileTree.requireMemory(root, images.size(), memory);
      } else if (LeftOutFiles.isLabels(path)) {
        labels.add(path);
      } else {
        leftOut.addByName(path);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (!(e instanceof FileSystemLoopException)) {
        throw e;
      }
      leftOut.add("links to a folder that they lie in", below(file));
      return FileVisitResult.CONTINUE;
    }
  }

  @Override
  public InputStream open(String path) throws IOException {
    return Files.newInputStream(root.resolve(path));
  }

  @Override
  public int[] decode(List<Entry> images, Decoder<?> decoder) {
    int added = 0;
    for (Entry image : images) {
      boolean more =
          decoder.add(
              shown(image.path()),
              image.length(),
              () -> {
                try (InputStream in = open(image.path())) {
                  return Unpacked.exactly(in, image.length(), shown(image.path()));
                }
              });
      if (!more) {
        break;
      }
      added++;
    }
    return IntStream.range(0, added).toArray();
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
