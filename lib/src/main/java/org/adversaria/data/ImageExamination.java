package org.adversaria.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.adversaria.data.FileTree.Entry;
import org.adversaria.data.FileTree.Listing;
import org.adversaria.data.ImageOptions.Fit;
import org.adversaria.data.ImageReport.Broken;
import org.adversaria.data.ImageReport.Count;
import org.adversaria.data.ImageReport.Duplicates;
import org.adversaria.data.ImageReport.LeftOut;
import org.adversaria.data.ImageReport.Use;
import org.adversaria.torch.Text;

/** Looks at every image of a path, of which it keeps a few numbers, and tells what it saw. */
final class ImageExamination {

  /** The images that a message names at most. */
  private static final int NAMED = 5;

  /** The images of a subset of KID, of which there should be that many. */
  private static final int FEW = 1000;

  private final FileTree tree;
  private final ImageOptions options;
  private final Listing listing;
  private final List<String> problems = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<Broken> broken = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final List<Facts> images = new ArrayList<>();
  private Layout layout;
  private int[] classCounts;

  /** What is kept of an image. */
  private record Facts(
      PictureFile.Format format,
      int channels,
      int height,
      int width,
      boolean hasMore,
      boolean constant,
      Likeness likeness)
      implements Decoder.Result {

    /** The bytes of the colours; the rest is about what a decoder counts for any record. */
    private static final int BYTES = 100;

    static Facts of(PictureFile file, Picture picture) {
      return new Facts(
          file.format(),
          picture.channels(),
          picture.height(),
          picture.width(),
          file.hasMore(),
          picture.isConstant(),
          Likeness.of(picture));
    }

    @Override
    public int length() {
      return BYTES;
    }

    String size() {
      return width + "x" + height;
    }

    int shorter() {
      return Math.min(height, width);
    }
  }

  private ImageExamination(FileTree tree, ImageOptions options) {
    this.tree = tree;
    this.options = options;
    listing = tree.list();
  }

  static ImageReport examine(Path path, ImageOptions options) {
    try (FileTree tree = FileTree.of(path)) {
      return new ImageExamination(tree, options).report();
    }
  }

  private ImageReport report() {
    try {
      layout = Layout.of(tree, listing, options.split());
    } catch (DataException e) {
      problems.add(e.getMessage());
      layout =
          new Layout(
              "images whose layout is not understood",
              listing.images(),
              new int[listing.images().size()],
              List.of(Layout.UNLABELLED),
              List.of(),
              List.of());
    }
    decode();
    findProblems();
    Use use = use();
    List<String> constant =
        IntStream.range(0, images.size())
            .filter(i -> images.get(i).constant)
            .mapToObj(names::get)
            .toList();
    notes.addAll(layout.notes());
    addNotes();
    return new ImageReport(
        tree.root().toString(),
        layout.kind(),
        layout.parts(),
        IntStream.range(0, classCounts.length)
            .mapToObj(label -> new Count(layout.classNames().get(label), classCounts[label]))
            .toList(),
        counts(Facts::size),
        counts(image -> image.channels == 3 ? "colour" : "grey"),
        counts(image -> image.format.name()),
        listing.leftOut().byReason(),
        List.copyOf(broken),
        duplicates(),
        new LeftOut("of a single colour", constant.size(), constant.stream().limit(NAMED).toList()),
        use,
        List.copyOf(problems),
        List.copyOf(notes));
  }

  private void decode() {
    List<Entry> files = layout.images();
    classCounts = new int[layout.classNames().size()];
    try (var decoder =
        new Decoder<>(
            tree.root().toString(), files.size(), options.orientation(), true, Facts::of)) {
      int[] order = tree.decode(files, decoder);
      List<Facts> decoded = decoder.results();
      var byFile = new Facts[files.size()];
      var why = new String[files.size()];
      for (int i = 0; i < order.length; i++) {
        byFile[order[i]] = decoded.get(i);
        why[order[i]] = decoder.broken().get(i);
      }
      for (int i = 0; i < byFile.length; i++) {
        String name = Text.visible(files.get(i).path());
        if (byFile[i] == null) {
          broken.add(new Broken(name, why[i]));
        } else {
          names.add(name);
          images.add(byFile[i]);
          classCounts[layout.labels()[i]]++;
        }
      }
    }
  }

  /** Counts images by a property, most frequent first. */
  private List<Count> counts(Function<Facts, String> property) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    images.forEach(image -> counts.merge(property.apply(image), 1, Integer::sum));
    return counts.entrySet().stream()
        .map(count -> new Count(count.getKey(), count.getValue()))
        .sorted(Comparator.comparing(count -> -count.images()))
        .toList();
  }

  /** Images of a single colour look all alike, and are counted for themselves. */
  private Duplicates duplicates() {
    int[] others = IntStream.range(0, images.size()).filter(i -> !images.get(i).constant).toArray();
    return NearDuplicates.of(
        IntStream.of(others).mapToObj(i -> images.get(i).likeness).toList(),
        IntStream.of(others).mapToObj(names::get).toList());
  }

  private Use use() {
    if (images.isEmpty()) {
      return new Use(0, 0, 0, 0, 0, "nothing, there is no image", 0);
    }
    int channels = images.stream().mapToInt(Facts::channels).max().orElseThrow();
    boolean scaled = options.resolution() > 0;
    int height = scaled ? options.resolution() : images.get(0).height;
    int width = scaled ? options.resolution() : images.get(0).width;
    long bytes = images.size() * Limit.onHeap((long) channels * height * width);
    requireMemory(bytes);
    String how = scaled ? ImageFiles.how(options) : "images are taken as they are";
    return problems.isEmpty()
        ? new Use(images.size(), channels, height, width, bytes, how, suggested())
        : new Use(0, 0, 0, 0, 0, "nothing, see the problems", suggested());
  }

  private boolean isMixed() {
    return images.stream().map(Facts::size).distinct().count() > 1;
  }

  /** The largest power of two that half of the images fill, or all of them if they are tiny. */
  private int suggested() {
    int[] shorter = images.stream().mapToInt(Facts::shorter).sorted().toArray();
    return Integer.highestOneBit(shorter[shorter.length / 2]);
  }

  private void findProblems() {
    if (!broken.isEmpty() && (!options.skipBroken() || images.isEmpty())) {
      problems.add(
          Text.format(
              "%d of %d images cannot be read: replace or remove them, or leave them out with"
                  + " --skip-broken (ImageOptions.withSkipBroken)",
              broken.size(), broken.size() + images.size()));
    }
    if (options.resolution() == 0 && isMixed()) {
      problems.add(
          Text.format(
              "the images have %d sizes, %s: choose one, such as --resolution %d"
                  + " (ImageOptions.withResolution)",
              counts(Facts::size).size(), sizes(), suggested()));
    }
  }

  private void requireMemory(long bytes) {
    if (bytes > Limit.MEMORY.value()) {
      problems.add(
          Text.format(
              "the images take %d bytes of memory, and may take %d: choose a smaller resolution, or"
                  + " give Java more memory (-Xmx)",
              bytes, Limit.MEMORY.value()));
    }
  }

  /** The smallest and the largest size. */
  private String sizes() {
    Comparator<Facts> byArea = Comparator.comparing(image -> (long) image.height * image.width);
    return Text.format(
        "from %s to %s",
        images.stream().min(byArea).orElseThrow().size(),
        images.stream().max(byArea).orElseThrow().size());
  }

  private void addNotes() {
    if (images.isEmpty()) {
      return;
    }
    int side = options.resolution();
    long smaller = images.stream().filter(image -> longerOrShorter(image) < side).count();
    if (smaller > 0) {
      notes.add(
          Text.format(
              "%d images are smaller than %dx%d and are scaled up by repeating pixels",
              smaller, side, side));
    }
    long wide = images.stream().filter(image -> image.height != image.width).count();
    if (side == 0 && !isMixed() && (wide > 0 || images.get(0).width != suggested())) {
      notes.add(
          Text.format(
              "images of %s are used as they are, but most networks take squares whose side is a power"
                  + " of two: --resolution %d makes them, by --fit crop (the centred square) or pad",
              images.get(0).size(), suggested()));
    }
    if (side > 0 && wide > 0) {
      notes.add(Text.format("%d images are no squares: %s", wide, ImageFiles.how(options)));
    }
    List<String> empty =
        IntStream.range(0, classCounts.length)
            .filter(label -> classCounts[label] == 0)
            .mapToObj(layout.classNames()::get)
            .toList();
    if (!empty.isEmpty()) {
      notes.add(Notes.emptyClasses(tree.root().toString(), empty, classCounts.length));
    }
    List<String> several =
        IntStream.range(0, images.size())
            .filter(i -> images.get(i).hasMore)
            .mapToObj(names::get)
            .toList();
    Notes.firstFrames(tree.root().toString(), several).ifPresent(notes::add);
    if (images.size() < FEW) {
      notes.add(
          Text.format(
              "%d images are few: a discriminator soon knows them by heart, see --augment; KID takes"
                  + " subsets of %1$d images instead of %d",
              images.size(), FEW));
    }
  }

  /** The side of an image that decides whether it is scaled up. */
  private int longerOrShorter(Facts image) {
    return options.fit() == Fit.CROP ? image.shorter() : Math.max(image.height, image.width);
  }
}
