package org.adversaria.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.adversaria.torch.Text;

/**
 * The folder of data sets, with a folder for each data set and one for all networks. Missing files
 * are downloaded.
 *
 * @param root the folder
 * @param catalog the known data sets and networks
 * @param downloader downloads missing files
 * @param unchecked whether files of data sets that users have placed are read as they are; networks
 *     are always checked
 */
record DataFolder(Path root, Catalog catalog, Downloader downloader, boolean unchecked) {

  static final String PROPERTY = "adversaria.data";
  static final String VARIABLE = "ADVERSARIA_DATA";

  private static final String UNCHECKED =
      "; Datasets.openUnchecked, or --unchecked of the command line, reads it as it is";
  private static final String NETWORKS = "networks";
  private static final long CIFAR10_BATCH = 10_000L * 3_073;
  private static final String CIFAR10_ARCHIVE = "cifar-10-binary.tar.gz";
  private static final String CIFAR10_FOLDER = "cifar-10-batches-bin";
  private static final String CIFAR10_JPEGS = "cifar10-jpeg.tar.gz";
  private static final String CIFAR100_ARCHIVE = "cifar-100-binary.tar.gz";
  private static final String CIFAR100_FOLDER = "cifar-100-binary";

  /** The folder, by system property, environment, project or the user's cache; see Datasets. */
  static Path locate(String property, String variable, Path start, Path home) {
    if (property != null && !property.isBlank()) {
      return Path.of(property);
    }
    if (variable != null && !variable.isBlank()) {
      return Path.of(variable);
    }
    for (Path p = start.toAbsolutePath().normalize(); p != null; p = p.getParent()) {
      if (Files.isRegularFile(p.resolve("datasets").resolve("catalog.json"))) {
        return p.resolve("datasets").resolve("files");
      }
    }
    return home.resolve(".cache").resolve("adversaria");
  }

  /** The folder whose data sets are read as they are. */
  DataFolder withoutChecks() {
    return new DataFolder(root, catalog, downloader, true);
  }

  /** MNIST or a data set of the same format: two IDX files for each part. */
  ImageBytes idx(String name, Split split) {
    Catalog.Entry entry = catalog.entry(name);
    String prefix = split == Split.TRAIN ? "train" : "t10k";
    Path images = idxFile(entry, prefix + "-images-idx3-ubyte.gz");
    Path labels = idxFile(entry, prefix + "-labels-idx1-ubyte.gz");
    return Idx.read(split.suffix(name), images, labels, entry.classes());
  }

  private Path idxFile(Catalog.Entry entry, String fileName) {
    Catalog.RemoteFile file = entry.file(fileName);
    Path gzip = root.resolve(entry.name()).resolve(fileName);
    Path plain = gzip.resolveSibling(fileName.replaceFirst("\\.gz$", ""));
    Path source = Files.exists(plain) && !Files.exists(gzip) ? plain : gzip;
    if (!Files.exists(source)) {
      downloader.fetch(file, source);
    } else if (!unchecked && file.content() != null) {
      Unpacked.requireContent(source, file.content());
    } else if (!unchecked && source.equals(gzip)) {
      requirePublished(file, source, UNCHECKED);
    }
    return source;
  }

  /** CIFAR-10, from the best available source; see {@link Datasets#cifar10(Split)}. */
  ImageBytes cifar10(Split split) {
    Catalog.Entry entry = catalog.entry("cifar10");
    Path folder = root.resolve(entry.name());
    List<Path> official = cifar10Files(folder, split);
    boolean complete = isComplete(official, split);
    if (!complete && Files.exists(folder.resolve(CIFAR10_JPEGS))) {
      String prefix = split == Split.TRAIN ? "train" : "test";
      return ImageFiles.tar(split.suffix("cifar10-jpeg"), folder.resolve(CIFAR10_JPEGS), prefix);
    }
    if (official.isEmpty()) {
      unpack(entry, CIFAR10_ARCHIVE, CIFAR10_FOLDER);
      official = cifar10Files(folder, split);
      complete = isComplete(official, split);
    }
    String name = split.suffix(complete ? "cifar10" : "cifar10-partial");
    return Cifar.read(name, official, 1, 0, entry.classes());
  }

  private static List<Path> cifar10Files(Path folder, Split split) {
    Stream<String> names =
        split == Split.TEST
            ? Stream.of("test_batch.bin")
            : IntStream.rangeClosed(1, 5).mapToObj(n -> "data_batch_" + n + ".bin");
    Path binaries = folder.resolve(CIFAR10_FOLDER);
    return names.map(binaries::resolve).filter(Files::exists).toList();
  }

  private static boolean isComplete(List<Path> files, Split split) {
    return files.size() == (split == Split.TRAIN ? 5 : 1)
        && files.stream().allMatch(file -> file.toFile().length() == CIFAR10_BATCH);
  }

  /** CIFAR-100 with its 100 fine or its 20 coarse classes. */
  ImageBytes cifar100(Split split, boolean coarse) {
    Catalog.Entry entry = catalog.entry("cifar100");
    Path folder = root.resolve(entry.name()).resolve(CIFAR100_FOLDER);
    if (!Files.exists(folder)) {
      unpack(entry, CIFAR100_ARCHIVE, CIFAR100_FOLDER);
    }
    Path images = folder.resolve(split == Split.TRAIN ? "train.bin" : "test.bin");
    return coarse
        ? Cifar.read(
            split.suffix("cifar100-coarse"),
            List.of(images),
            2,
            0,
            Cifar.names(folder.resolve("coarse_label_names.txt"), 20))
        : Cifar.read(
            split.suffix("cifar100"),
            List.of(images),
            2,
            1,
            Cifar.names(folder.resolve("fine_label_names.txt"), 100));
  }

  /** The folder of MIR Flickr, which users unpack; see {@link Datasets#mirFlickr(int)}. */
  Path mirFlickr() {
    Catalog.Entry entry = catalog.entry("mirflickr25k");
    Path folder = root.resolve(entry.name());
    selfMade(entry.files().get(0), folder.resolve(entry.files().get(0).name()));
    return folder;
  }

  /** The file of a trained network; see {@link Datasets#network(String)}. */
  Path network(String name) {
    Catalog.RemoteFile file = catalog.network(name).files().get(0);
    Path target = root.resolve(NETWORKS).resolve(file.name());
    if (file.urls().isEmpty()) {
      return selfMade(file, target);
    }
    if (!Files.exists(target)) {
      downloader.fetch(file, target);
      return target;
    }
    requirePublished(file, target, "");
    return target;
  }

  /** What users create or unpack, without a fixed checksum. */
  private static Path selfMade(Catalog.RemoteFile file, Path target) {
    if (Files.exists(target)) {
      return target;
    }
    throw new DataException(
        Text.format("%s is not there, and it is not downloaded. %s", target, file.recipe()));
  }

  private static void requirePublished(Catalog.RemoteFile published, Path file, String otherwise) {
    try {
      Optional<String> difference = published.difference(file);
      if (difference.isPresent()) {
        throw new DataException(
            Text.format(
                "%s is not the published file: %s. Delete it, and it is downloaded again%s",
                file, difference.get(), otherwise));
      }
    } catch (IOException e) {
      throw Unpacked.unreadable(file, e);
    }
  }

  /**
   * Unpacks an archive. It is downloaded unless a user has placed it there, in which case it has to
   * be the published one; a download is deleted.
   */
  private void unpack(Catalog.Entry entry, String archiveName, String top) {
    Path folder = root.resolve(entry.name());
    Path archive = folder.resolve(archiveName);
    boolean placedByHand = Files.exists(archive);
    if (!placedByHand) {
      downloader.fetch(entry.file(archiveName), archive);
    } else if (!unchecked) {
      requirePublished(entry.file(archiveName), archive, UNCHECKED);
    }
    TarArchive.unpack(archive, folder, top);
    if (!placedByHand) {
      try {
        Files.delete(archive);
      } catch (IOException e) {
        throw new DataException(archive + " is unpacked but cannot be deleted", e);
      }
    }
  }
}
