package org.adversaria.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.adversaria.torch.Text;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Access to all data sets.
 *
 * <p>{@link Shapes} is computed and needs no files. The others are files in {@link #folder()},
 * which are downloaded from their official source at the first use, over https and against their
 * SHA-256; see {@link #catalog()} for their licences. Files placed there by hand are compared with
 * the published ones too, see {@link #openUnchecked}.
 *
 * <pre>{@code
 * ImageData shapes = Datasets.shapes(32);
 * ImageData digits = Datasets.mnist();
 * ImageData test = Datasets.cifar10(Split.TEST);
 * ImageData photos = Datasets.open("photos", ImageOptions.standard().withResolution(64));
 * }</pre>
 *
 * <p>What a file's header claims is checked before memory is taken for it, and what is unpacked is
 * counted. These limits are above what real data sets have; a system property sets each, such as
 * {@code -Dadversaria.limit.pixels=500000000}:
 *
 * <table>
 *   <caption>Limits of the readers</caption>
 *   <tr><th>property</th><th>limits</th><th>default</th></tr>
 *   <tr><td>{@code adversaria.limit.file}</td>
 *       <td>bytes of one encoded picture</td><td>536870912</td></tr>
 *   <tr><td>{@code adversaria.limit.pixels}</td>
 *       <td>pixels of one picture</td><td>134217728</td></tr>
 *   <tr><td>{@code adversaria.limit.json}</td>
 *       <td>bytes of a {@code dataset.json}</td><td>268435456</td></tr>
 *   <tr><td>{@code adversaria.limit.classes}</td>
 *       <td>classes of a {@code dataset.json}</td><td>1000000</td></tr>
 *   <tr><td>{@code adversaria.limit.unpacked}</td>
 *       <td>bytes that a gzipped file unpacks to while it is read</td><td>274877906944</td></tr>
 *   <tr><td>{@code adversaria.limit.extracted}</td>
 *       <td>bytes that an archive unpacks to on disk</td><td>4294967296</td></tr>
 *   <tr><td>{@code adversaria.limit.memory}</td>
 *       <td>bytes of memory of one data set, with its pictures at work</td>
 *       <td>seven eighths of {@code -Xmx}</td></tr>
 * </table>
 */
public final class Datasets {

  private static final Pattern SHAPES = Pattern.compile("shapes(-grey)?(?:-(\\d{1,4}))?");
  private static final List<String> FILES =
      List.of("mnist", "fashion-mnist", "kmnist", "cifar10", "cifar100", "cifar100-coarse");

  private static final int MAX_RESOLUTION = 16_384;

  private Datasets() {}

  /**
   * Returns the synthetic shapes in colour: 10,000 training images, seed 0.
   *
   * @param resolution 16 to 128 pixels
   * @return the data set
   * @throws IllegalArgumentException if the resolution is out of range
   * @see Shapes#builder()
   */
  public static Shapes shapes(int resolution) {
    return Shapes.builder().resolution(resolution).build();
  }

  /**
   * Returns MNIST's 60,000 training images of handwritten digits, {@code (1, 28, 28)}.
   *
   * @return the data set
   * @throws DataException if a file is damaged or unavailable
   */
  public static ImageData mnist() {
    return mnist(Split.TRAIN);
  }

  /**
   * Returns a part of MNIST: 60,000 or 10,000 handwritten digits, {@code (1, 28, 28)}.
   *
   * <p>Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
   * recognition", Proceedings of the IEEE 86(11), 1998.
   *
   * @param split the part
   * @return the data set
   * @throws DataException if a file is damaged or unavailable
   */
  public static ImageData mnist(Split split) {
    return standard().idx("mnist", split);
  }

  /**
   * Returns a part of Fashion-MNIST: 60,000 or 10,000 articles of clothing, {@code (1, 28, 28)}.
   *
   * <p>H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking
   * machine learning algorithms", arXiv:1708.07747.
   *
   * @param split the part
   * @return the data set
   * @throws DataException if a file is damaged or unavailable
   */
  public static ImageData fashionMnist(Split split) {
    return standard().idx("fashion-mnist", split);
  }

  /**
   * Returns a part of Kuzushiji-MNIST: 60,000 or 10,000 cursive Japanese characters, {@code (1, 28,
   * 28)}.
   *
   * <p>T. Clanuwat et al., "Deep learning for classical Japanese literature", arXiv:1812.01718.
   *
   * @param split the part
   * @return the data set
   * @throws DataException if a file is damaged or unavailable
   */
  public static ImageData kmnist(Split split) {
    return standard().idx("kmnist", split);
  }

  /**
   * Returns the training images of CIFAR-10, see {@link #cifar10(Split)}.
   *
   * @return the data set
   * @throws DataException if a file is damaged or unavailable
   */
  public static ImageData cifar10() {
    return cifar10(Split.TRAIN);
  }

  /**
   * Returns a part of CIFAR-10: 50,000 or 10,000 photographs of ten kinds of things, {@code (3, 32,
   * 32)}.
   *
   * <p>Read from {@code cifar10/} in {@link #folder()}, the first of these that exists: the
   * complete official files in {@code cifar-10-batches-bin/}; the archive {@code
   * cifar10-jpeg.tar.gz} of JPEGs by class, under the name {@code cifar10-jpeg}, whose pixels
   * differ from the official ones, so that scores such as FID are not comparable with published
   * ones; an incomplete set of official files, under the name {@code cifar10-partial}. If none
   * exists the official archive is downloaded.
   *
   * <p>A. Krizhevsky, "Learning multiple layers of features from tiny images", technical report,
   * University of Toronto, 2009.
   *
   * @param split the part
   * @return the data set, whose name depends on the source
   * @throws DataException if a file is damaged or unavailable
   */
  public static ImageData cifar10(Split split) {
    return standard().cifar10(split);
  }

  /**
   * Returns a part of CIFAR-100 with its 100 fine classes: 50,000 or 10,000 photographs, {@code (3,
   * 32, 32)}.
   *
   * @param split the part
   * @return the data set
   * @throws DataException if a file is damaged or unavailable
   */
  public static ImageData cifar100(Split split) {
    return standard().cifar100(split, false);
  }

  /**
   * Returns a part of CIFAR-100 with its 20 coarse classes.
   *
   * @param split the part
   * @return the data set
   * @throws DataException if a file is damaged or unavailable
   */
  public static ImageData cifar100Coarse(Split split) {
    return standard().cifar100(split, true);
  }

  /**
   * Reads a pair of IDX files (the format of MNIST), plain or gzipped.
   *
   * @param name the name of the data set
   * @param images the file of the images
   * @param labels the file of the labels
   * @param classNames the class names, in the order of the labels
   * @return the data set
   * @throws DataException if a file is damaged or the two do not belong together
   */
  public static ImageData idx(String name, Path images, Path labels, List<String> classNames) {
    return Idx.read(name, images, labels, classNames);
  }

  /**
   * Reads files in CIFAR-10's binary format: records of a label byte and 3,072 bytes of a 32x32
   * image, red, green, blue, row by row.
   *
   * @param name the name of the data set
   * @param files the files, in the order of the images
   * @param classNames the class names, in the order of the labels
   * @return the data set
   * @throws DataException if a file is damaged or a label out of range
   */
  public static ImageData cifarBinary(String name, List<Path> files, List<String> classNames) {
    return Cifar.read(name, files, 1, 0, classNames);
  }

  /**
   * Reads the images of a folder as they are, see {@link #open(String, Split)} for how they may lie
   * there: its training part, where it has parts.
   *
   * @param folder the folder
   * @return the data set; grey if all images are grey
   * @throws DataException if there is no image, there are images beside class folders, one is
   *     unreadable, or sizes differ
   */
  public static ImageData imageFolder(Path folder) {
    return imageFolder(folder, ImageOptions.standard());
  }

  /**
   * Reads a folder as {@link #imageFolder(Path)} and resizes every image: the centred square is
   * cropped and scaled by averaging areas.
   *
   * @param folder the folder
   * @param resolution the side of the square images, in pixels
   * @return the data set
   * @throws DataException if a class or the folder has no image, there are images beside class
   *     folders, or one is unreadable
   * @throws IllegalArgumentException if the resolution is not 1 to 16384
   */
  public static ImageData imageFolder(Path folder, int resolution) {
    requireResolution(resolution);
    return imageFolder(folder, ImageOptions.standard().withResolution(resolution));
  }

  /**
   * Returns MIR Flickr 25,000: photographs with the tags that their owners gave them, from the
   * folder {@code mirflickr25k} in {@link #folder()}. Nothing is downloaded: the archives are
   * unpacked there by hand. Annotations are further tags where the folder {@code
   * mirflickr25k_annotations_v080} is there.
   *
   * <p>M. J. Huiskes, M. S. Lew, "The MIR Flickr retrieval evaluation", MIR 2008.
   *
   * @param resolution the side of the square images: the centred square is cropped and scaled
   * @return the images, which are decoded when they are asked for, and their tags
   * @throws DataException if the folder is not there, in which case the message has the
   *     instructions, or a file is missing or damaged
   * @throws IllegalArgumentException if the resolution is not 1 to 16384
   */
  public static TaggedImages mirFlickr(int resolution) {
    return mirFlickr(standard().mirFlickr(), resolution);
  }

  /**
   * Reads MIR Flickr 25,000, see {@link #mirFlickr(int)}, or a collection of the same layout.
   *
   * @param folder with the folder {@code mirflickr} of images {@code im1.jpg} and so on and tags
   *     {@code meta/tags/tags1.txt} and so on, and perhaps {@code mirflickr25k_annotations_v080}
   * @param resolution the side of the square images: the centred square is cropped and scaled
   * @return the images, which are decoded when they are asked for, and their tags
   * @throws DataException if a file is missing or damaged
   * @throws IllegalArgumentException if the resolution is not 1 to 16384
   */
  public static TaggedImages mirFlickr(Path folder, int resolution) {
    requireResolution(resolution);
    Path annotations = folder.resolve("mirflickr25k_annotations_v080");
    return MirFlickr.read(
        folder.resolve("mirflickr"),
        Files.exists(annotations) ? List.of(annotations) : List.of(),
        resolution);
  }

  static void requireResolution(int resolution) {
    if (resolution < 1 || resolution > MAX_RESOLUTION) {
      throw new IllegalArgumentException(
          Text.format(
              "Images need a resolution of at least 1 pixel and at most %d, not %d",
              MAX_RESOLUTION, resolution));
    }
  }

  private static ImageData imageFolder(Path folder, ImageOptions options) {
    if (!Files.isDirectory(folder)) {
      throw new DataException(
          Text.format(
              "%s %s; give a folder of images, or one that has one folder for each class",
              folder, Files.exists(folder) ? "is no folder" : "is not there"));
    }
    return ImageFiles.open(folder, options);
  }

  /**
   * Reads the images {@code PREFIX/CLASS/FILE} of a tar archive, gzipped or plain.
   *
   * @param archive the archive
   * @param prefix the folder in the archive that holds the class folders, such as {@code train};
   *     empty for the top
   * @return the data set, named after the archive
   * @throws DataException if there is no image there, one is unreadable, or sizes differ
   */
  public static ImageData imageTar(Path archive, String prefix) {
    return ImageFiles.tar(new TarTree(archive).name(), archive, prefix);
  }

  /**
   * Reads a zip of images in the format of StyleGAN's data tool, with {@code dataset.json}: {@code
   * {"labels": [["path.png", 5], ...]}}, or null for a data set without labels, which has one
   * class. A zip of another layout is read as {@link #open(String, Split)} does.
   *
   * @param archive the zip
   * @return the data set; classes of a {@code dataset.json} are named by their numbers
   * @throws DataException if an image is unreadable, sizes differ, or labels and images do not
   *     match
   */
  public static ImageData styleGanZip(Path archive) {
    Unpacked.requireRegular(archive);
    return ImageFiles.open(archive, ImageOptions.standard());
  }

  /**
   * Opens a data set by its name or its path, as in settings and on the command line.
   *
   * <p>Names are those of {@link #byName} and have precedence over paths: {@code ./mnist} is the
   * folder. A path is that of a folder, of a tar archive ({@code .tar}, {@code .tar.gz}, {@code
   * .tgz}) or of a zip. In each of them images (png, jpg, gif, bmp, webp, tif) lie in
   *
   * <ul>
   *   <li>one folder for each class, also in deeper folders; classes are numbered in alphabetical
   *       order;
   *   <li>no folders, or a single one of an archive: the one class {@code unlabelled};
   *   <li>folders {@code train} and {@code test} (or {@code val}, {@code valid}, {@code
   *       validation}) and nothing else: these are the parts, with or without class folders, and
   *       every part has the classes of all. Anything else is a training part only;
   *   <li>the layout of StyleGAN's data tool: a {@code dataset.json} says the labels.
   * </ul>
   *
   * <p>An archive may have all of it in one folder. Symbolic links are followed in folders and not
   * in archives. What is left out is told by {@link ImageData#notes()}.
   *
   * @param nameOrPath a name or a path
   * @param split the part
   * @return the data set; the name of a path's test part ends in {@code -test}
   * @throws IllegalArgumentException if it is no name and nothing is at the path; the message lists
   *     the names
   * @throws DataException if the path has no such part, there is no image, one is unreadable, sizes
   *     differ, or a file is damaged or unavailable
   */
  public static ImageData open(String nameOrPath, Split split) {
    return open(nameOrPath, ImageOptions.standard().withSplit(split));
  }

  /**
   * Opens a data set as {@link #open} does, but takes the files that users have placed in {@link
   * #folder()} for what they are, whatever their checksums: an archive packed anew, or altered
   * data. What is downloaded is checked all the same. The rules of the formats hold too.
   *
   * <p>{@link #open} compares the SHA-256 of a gzipped file of IDX format at each call (of MNIST
   * that of the content, so that files packed anew or not at all are fine), and that of CIFAR's
   * archives before they are unpacked. Of files that users have unpacked sizes and formats are
   * checked only.
   *
   * @param nameOrPath a name or a path
   * @param split the part
   * @return the data set
   * @throws IllegalArgumentException if it is no name and nothing is at the path; the message lists
   *     the names
   * @throws DataException as {@link #open}
   */
  public static ImageData openUnchecked(String nameOrPath, Split split) {
    return openUnchecked(nameOrPath, ImageOptions.standard().withSplit(split));
  }

  /**
   * Opens a data set by its name or its path as {@link #open(String, Split)} does, the images of a
   * path as the options say. What was left out or changed is told by {@link ImageData#notes()}.
   *
   * @param nameOrPath a name or a path
   * @param options the part, and how the images of a path are read; a named data set has its own
   *     resolution
   * @return the data set
   * @throws IllegalArgumentException if it is no name and nothing is at the path; or if a named
   *     data set has another resolution
   * @throws DataException as {@link #open(String, Split)}
   */
  public static ImageData open(String nameOrPath, ImageOptions options) {
    return open(standard(), nameOrPath, options);
  }

  /**
   * Reads the images of a path as {@link #open(String, ImageOptions)} does, also where its name is
   * that of a data set.
   *
   * @param path a folder, tar archive or zip of images
   * @param options how they are read
   * @return the data set
   * @throws IllegalArgumentException if nothing is there
   * @throws DataException as {@link #open(String, Split)}
   */
  public static ImageData open(Path path, ImageOptions options) {
    if (Files.notExists(path)) {
      throw new IllegalArgumentException("There is nothing at " + path);
    }
    return ImageFiles.open(path, options);
  }

  /**
   * Opens a data set by its name or its path as {@link #open(String, ImageOptions)} and {@link
   * #openUnchecked(String, Split)} do.
   *
   * @param nameOrPath a name or a path
   * @param options the part, and how the images of a path are read
   * @return the data set
   * @throws IllegalArgumentException as {@link #open(String, ImageOptions)}
   * @throws DataException as {@link #open(String, Split)}
   */
  public static ImageData openUnchecked(String nameOrPath, ImageOptions options) {
    return open(standard().withoutChecks(), nameOrPath, options);
  }

  /**
   * Looks at all images of a path and tells what is there, what is wrong with it, and what {@link
   * #open(String, ImageOptions)} would use under the same options. Images that cannot be read are
   * told of, whatever the options.
   *
   * @param path a folder, tar archive or zip of images
   * @param options the part, and how images would be read
   * @return what was found
   * @throws DataException if the path is none of these, or its files cannot be listed
   */
  public static ImageReport examine(Path path, ImageOptions options) {
    return ImageExamination.examine(path, options);
  }

  private static ImageData open(DataFolder files, String nameOrPath, ImageOptions options) {
    if (isName(nameOrPath)) {
      ImageData data = byName(files, nameOrPath, options.split());
      requireOwnResolution(nameOrPath, data, options.resolution());
      return data;
    }
    Path path = Path.of(nameOrPath);
    if (nameOrPath.isBlank() || Files.notExists(path)) {
      throw new IllegalArgumentException(
          Text.format(
              "'%s' is no data set, and no such path exists; there are %s, and paths of folders, tar archives and zips",
              nameOrPath, String.join(", ", names())));
    }
    return ImageFiles.open(path, options);
  }

  /**
   * Returns whether a word is the name of a data set, and so no path.
   *
   * @param nameOrPath a name or a path
   * @return whether {@link #byName} knows it
   */
  public static boolean isName(String nameOrPath) {
    return FILES.contains(nameOrPath) || SHAPES.matcher(nameOrPath).matches();
  }

  private static void requireOwnResolution(String name, ImageData data, int resolution) {
    if (resolution != 0 && (data.height() != resolution || data.width() != resolution)) {
      throw new IllegalArgumentException(
          Text.format(
              "The images of '%s' have %dx%d pixels, not %d; a resolution is for paths of images, and"
                  + " shapes have theirs in their name, such as shapes-64",
              name, data.width(), data.height(), resolution));
    }
  }

  /**
   * Returns a data set by its name in settings and on the command line.
   *
   * @param name {@code shapes} or {@code shapes-grey}, either with a resolution ({@code
   *     shapes-grey-28}) or at 32 pixels, {@code mnist}, {@code fashion-mnist}, {@code kmnist},
   *     {@code cifar10}, {@code cifar100} or {@code cifar100-coarse}
   * @param split the part
   * @return the data set
   * @throws IllegalArgumentException if there is none of that name; the message lists the names
   * @throws DataException if a file is damaged or unavailable
   */
  public static ImageData byName(String name, Split split) {
    return byName(standard(), name, split);
  }

  private static ImageData byName(DataFolder files, String name, Split split) {
    Matcher shapes = SHAPES.matcher(name);
    if (shapes.matches()) {
      return Shapes.builder()
          .channels(shapes.group(1) == null ? 3 : 1)
          .resolution(shapes.group(2) == null ? 32 : Integer.parseInt(shapes.group(2)))
          .split(split)
          .build();
    }
    return switch (name) {
      case "mnist", "fashion-mnist", "kmnist" -> files.idx(name, split);
      case "cifar10" -> files.cifar10(split);
      case "cifar100" -> files.cifar100(split, false);
      case "cifar100-coarse" -> files.cifar100(split, true);
      default ->
          throw new IllegalArgumentException(
              "There is no data set '" + name + "'; there are " + String.join(", ", names()));
    };
  }

  /**
   * Returns the names for {@link #byName}.
   *
   * @return the names; those of the shapes may be followed by a resolution
   */
  public static List<String> names() {
    return Stream.concat(
            Stream.of("shapes", "shapes-grey", "shapes-<16..128>", "shapes-grey-<16..128>"),
            FILES.stream())
        .toList();
  }

  /**
   * Returns the file of a published trained network, {@code networks/NAME.pt} in {@link #folder()}.
   * The first call downloads it from its official source; each call verifies its size and checksum.
   *
   * @param name such as {@code inception-2015-12-05}, see {@link #catalog()}
   * @return the file
   * @throws IllegalArgumentException if there is none of that name; the message lists the names
   * @throws DataException if the file is another one or unavailable; the message has the
   *     instructions to place it by hand
   */
  public static Path network(String name) {
    return standard().network(name);
  }

  /**
   * Returns the folder of data sets.
   *
   * <p>The system property {@code adversaria.data}; else the environment variable {@code
   * ADVERSARIA_DATA}; else {@code datasets/files} of the project that contains the working
   * directory; else {@code .cache/adversaria} in the user's home.
   *
   * @return the folder, which may not exist yet
   */
  public static Path folder() {
    return DataFolder.locate(
        System.getProperty(DataFolder.PROPERTY),
        System.getenv(DataFolder.VARIABLE),
        Path.of(""),
        Path.of(System.getProperty("user.home")));
  }

  /**
   * Returns the catalog of downloads with their sources and licences.
   *
   * @return a table: name, kind ({@code data set} or {@code network}), title, bytes, licence,
   *     homepage, citation
   */
  public static Table catalog() {
    Catalog catalog = Catalog.load();
    int dataSets = catalog.datasets().size();
    List<Catalog.Entry> entries =
        Stream.concat(catalog.datasets().stream(), catalog.networks().stream()).toList();
    Stream<String> kinds =
        IntStream.range(0, entries.size()).mapToObj(i -> i < dataSets ? "data set" : "network");
    return Tables.plain(
        Table.create(
            "downloads",
            column("name", entries.stream().map(Catalog.Entry::name)),
            column("kind", kinds),
            column("title", entries.stream().map(Catalog.Entry::title)),
            LongColumn.create("bytes", entries.stream().mapToLong(Datasets::bytes)),
            column("licence", entries.stream().map(Catalog.Entry::licence)),
            column("homepage", entries.stream().map(Catalog.Entry::homepage)),
            column("citation", entries.stream().map(Catalog.Entry::citation))));
  }

  private static long bytes(Catalog.Entry entry) {
    return entry.files().stream().mapToLong(Catalog.RemoteFile::size).sum();
  }

  private static StringColumn column(String name, Stream<String> values) {
    return StringColumn.create(name, values.map(Objects::requireNonNull));
  }

  private static DataFolder standard() {
    return new DataFolder(
        folder(), Catalog.load(), new Downloader(true, Duration.ofSeconds(2)), false);
  }
}
