package org.adversaria.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.adversaria.data.FileTree.Entry;
import org.adversaria.data.FileTree.Listing;
import org.adversaria.data.ImageOptions.Fit;
import org.adversaria.torch.Text;

/**
 * Reads image files by class, from a folder or an archive.
 *
 * <p>Images are decoded on all processors. If one is in colour, all are stored in colour.
 */
final class ImageFiles {

  private ImageFiles() {}

  /**
   * A picture of a data set.
   *
   * @param picture of the size in which it is used
   * @param width of the file in pixels
   * @param height of the file in pixels
   * @param hasMore whether the file has further frames or pages
   */
  record Sized(Picture picture, int width, int height, boolean hasMore) implements Decoder.Result {

    static Sized of(PictureFile file, Picture read, ImageOptions options) {
      return new Sized(fitted(read, options), read.width(), read.height(), file.hasMore());
    }

    @Override
    public int length() {
      return picture.length();
    }

    String size() {
      return width + "x" + height;
    }
  }

  /** A picture in the size in which it is used. */
  static Picture fitted(Picture read, ImageOptions options) {
    if (options.resolution() == 0) {
      return read;
    }
    return options.fit() == Fit.CROP
        ? read.square(options.resolution())
        : read.padded(options.resolution());
  }

  /** Reads the images of a part of a folder or an archive. */
  static ImageBytes open(Path path, ImageOptions options) {
    try (FileTree tree = FileTree.of(path)) {
      Listing listing = tree.list();
      Layout layout = Layout.of(tree, listing, options.split());
      return read(options.split().suffix(tree.name()), tree, listing, layout, options);
    }
  }

  /** Reads the images {@code PREFIX/CLASS/**} of a tar archive, as they are. */
  static ImageBytes tar(String name, Path archive, String prefix) {
    try (FileTree tree = new TarTree(archive)) {
      Listing listing = tree.list();
      Layout layout = Layout.below(tree, listing, prefix);
      return read(name, tree, listing, layout, ImageOptions.standard());
    }
  }

  private static ImageBytes read(
      String name, FileTree tree, Listing listing, Layout layout, ImageOptions options) {
    List<Entry> files = layout.images();
    try (var decoder =
        new Decoder<>(
            tree.root().toString(),
            files.size(),
            options.orientation(),
            options.skipBroken(),
            (file, picture) -> Sized.of(file, picture, options))) {
      int[] order = tree.decode(files, decoder);
      List<Sized> decoded = decoder.results();
      Sized[] images = new Sized[files.size()];
      Map<Integer, String> broken = new TreeMap<>();
      for (int i = 0; i < order.length; i++) {
        images[order[i]] = decoded.get(i);
        if (decoder.broken().containsKey(i)) {
          broken.put(order[i], decoder.broken().get(i));
        }
      }
      decoded.clear();
      requireSome(tree, files.size(), broken);
      return assemble(name, tree, listing, layout, images, broken, options);
    }
  }

  private static void requireSome(FileTree tree, int files, Map<Integer, String> broken) {
    if (broken.size() == files) {
      throw new DataException(
          Text.format(
              "%s has %d images, and none can be read; the first: %s",
              tree.root(), files, broken.get(0)));
    }
  }

  private static ImageBytes assemble(
      String name,
      FileTree tree,
      Listing listing,
      Layout layout,
      Sized[] images,
      Map<Integer, String> broken,
      ImageOptions options) {
    List<String> files = layout.images().stream().map(image -> tree.shown(image.path())).toList();
    var notes = new ArrayList<>(layout.notes());
    notes.addAll(listing.leftOut().notes(tree.root().toString()));
    broken.values().forEach(why -> notes.add("left out: " + why));
    changedSizes(tree, images, options).ifPresent(notes::add);
    List<String> several =
        IntStream.range(0, images.length)
            .filter(i -> images[i] != null && images[i].hasMore())
            .mapToObj(i -> Text.visible(layout.images().get(i).path()))
            .toList();
    Notes.firstFrames(tree.root().toString(), several).ifPresent(notes::add);
    var pictures = new ArrayList<Picture>(images.length);
    for (int i = 0; i < images.length; i++) {
      pictures.add(images[i] == null ? null : images[i].picture());
      images[i] = null;
    }
    return assemble(name, tree.root(), files, pictures, layout.labels(), layout.classNames())
        .withNotes(notes);
  }

  /** Tells what was done to images that are no squares of the resolution. */
  private static Optional<String> changedSizes(
      FileTree tree, Sized[] images, ImageOptions options) {
    int side = options.resolution();
    String wanted = side + "x" + side;
    List<Sized> changed =
        Arrays.stream(images)
            .filter(image -> image != null && side > 0 && !image.size().equals(wanted))
            .toList();
    if (changed.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Text.format(
            "%s: %d images of other sizes, such as %s: %s",
            tree.root(), changed.size(), changed.get(0).size(), how(options)));
  }

  /** What is done to an image of another size. */
  static String how(ImageOptions options) {
    return Text.format(
        options.fit() == Fit.CROP
            ? "the centred square of each is cut out and scaled to %1$dx%1$d"
            : "each is scaled as a whole into %1$dx%1$d, centred on black",
        options.resolution());
  }

  /**
   * Makes a data set of pictures, which are released as they are converted.
   *
   * @param pictures one for each file; null for one that is left out
   */
  static ImageBytes assemble(
      String name,
      Path source,
      List<String> files,
      List<Picture> pictures,
      int[] labels,
      List<String> classNames) {
    int[] used = IntStream.range(0, files.size()).filter(i -> pictures.get(i) != null).toArray();
    Picture first = pictures.get(used[0]);
    for (int i : used) {
      requireSize(files.get(used[0]), first, files.get(i), pictures.get(i));
    }
    boolean color = Arrays.stream(used).anyMatch(i -> pictures.get(i).channels() == 3);
    int channels = color ? 3 : 1;
    Limit.requireMemory(
        source.toString(), used.length, (long) channels * first.height() * first.width());
    var images = new byte[used.length][];
    var usedLabels = new int[used.length];
    for (int i = 0; i < used.length; i++) {
      Picture picture = pictures.set(used[i], null);
      images[i] = color ? picture.toColor().bytes() : picture.bytes();
      usedLabels[i] = labels[used[i]];
    }
    return new ImageBytes(
        name, channels, first.height(), first.width(), classNames, images, usedLabels);
  }

  private static void requireSize(String firstFile, Picture first, String file, Picture picture) {
    if (picture.height() != first.height() || picture.width() != first.width()) {
      throw new DataException(
          Text.format(
              """
              %s has %dx%d pixels, but %s has %dx%d; all images must have one size. Scale them \
              first, or name a resolution, which makes squares of them: --resolution 64, \
              Datasets.imageFolder(folder, 64), or ImageOptions.withResolution(64)""",
              file, picture.width(), picture.height(), firstFile, first.width(), first.height()));
    }
  }

  /** The images below a folder, sorted by path; at least one. */
  static List<Entry> imagesBelow(Path folder) {
    List<Entry> images = new FolderTree(folder).list().images();
    if (images.isEmpty()) {
      throw new DataException(
          Text.format(
              "%s holds no image (%s); add some or remove it", folder, LeftOutFiles.suffixes()));
    }
    return images;
  }

  /** All bytes of a file. */
  static byte[] content(Path file, long length) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return Unpacked.exactly(in, length, file.toString());
    }
  }
}
