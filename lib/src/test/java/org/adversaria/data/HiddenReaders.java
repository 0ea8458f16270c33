package org.adversaria.data;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The readers of this package that are not public, for {@code MutationTest}. */
public final class HiddenReaders {

  private HiddenReaders() {}

  /**
   * Unpacks an archive.
   *
   * @param archive the archive
   * @param target where its folder goes
   * @param top the folder
   */
  public static void unpack(Path archive, Path target, String top) {
    TarArchive.unpack(archive, target, top);
  }

  /**
   * Reads a file of CIFAR-100's.
   *
   * @param file the file
   * @return the images
   */
  public static ImageData cifar100(Path file) {
    List<String> classes = IntStream.range(0, 100).mapToObj(i -> "c" + i).toList();
    return Cifar.read("cifar100", List.of(file), 2, 1, classes);
  }

  /**
   * Reads a file of names.
   *
   * @param file the file
   * @return the names
   */
  public static List<String> names(Path file) {
    return Cifar.names(file, 20);
  }
}
