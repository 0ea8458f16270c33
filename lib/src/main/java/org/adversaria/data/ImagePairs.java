package org.adversaria.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.stream.IntStream;
import org.adversaria.torch.Text;

/**
 * Images of two domains A and B for translation: x of a batch is A's, y is B's.
 *
 * <p>Pairs show the same thing in both domains, such as a sketch and a photograph of one face, and
 * are drawn together, with the same crop and the same mirroring. Of unpaired images those of A and
 * of B are drawn independently. Both domains have images of one size; the numbers of channels may
 * differ.
 *
 * <pre>{@code
 * Shapes shapes = Datasets.shapes(32);
 * ImagePairs pairs = ImagePairs.of(shapes.sketches(), shapes);
 * ImagePairs faces = ImagePairs.folders(Path.of("sketches"), Path.of("photos"), 286).cropped(256);
 * ImagePairs facades = ImagePairs.sideBySide(Path.of("facades/train"), 286).cropped(256).reversed();
 * }</pre>
 */
public final class ImagePairs implements TrainingData {

  private static final long ORDER_A = 1;
  private static final long ORDER_B = 2;
  private static final long CHANGE_A = 3;
  private static final long CHANGE_B = 4;

  private final ImageData a;
  private final ImageData b;
  private final boolean paired;
  private final int height;
  private final int width;

  private ImagePairs(ImageData a, ImageData b, boolean paired, int height, int width) {
    this.a = a;
    this.b = b;
    this.paired = paired;
    this.height = height;
    this.width = width;
  }

  /**
   * Pairs image i of A with image i of B.
   *
   * @param a the images of domain A; their labels are not used
   * @param b the images of domain B, as many and of the same height and width
   * @return the pairs
   * @throws IllegalArgumentException if numbers or sizes differ
   */
  public static ImagePairs of(ImageData a, ImageData b) {
    if (a.size() != b.size()) {
      throw new IllegalArgumentException(
          Text.format(
              "Image i of A goes with image i of B, but '%s' has %d images and '%s' has %d: leave out"
                  + " those without a partner, or train on ImagePairs.unpaired(a, b)",
              a.name(), a.size(), b.name(), b.size()));
    }
    return whole(a, b, true);
  }

  /**
   * Images of two domains that are drawn independently, as CycleGAN is trained.
   *
   * @param a the images of domain A; their labels are not used
   * @param b the images of domain B, any number, of the same height and width
   * @return the images
   * @throws IllegalArgumentException if sizes differ
   */
  public static ImagePairs unpaired(ImageData a, ImageData b) {
    return whole(a, b, false);
  }

  private static ImagePairs whole(ImageData a, ImageData b, boolean paired) {
    if (a.height() != b.height() || a.width() != b.width()) {
      throw new IllegalArgumentException(
          Text.format(
              "Images of A and B have one size, but '%s' has %dx%d pixels and '%s' has %dx%d: read both at"
                  + " one resolution",
              a.name(), a.width(), a.height(), b.name(), b.width(), b.height()));
    }
    return new ImagePairs(a, b, paired, a.height(), a.width());
  }

  /**
   * Reads pairs from two folders: images of the same path below them, whatever their suffix, such
   * as {@code sketches/007.png} and {@code photos/007.jpg}. Each is resized to a square, whatever
   * its proportions, as in pix2pix's published code.
   *
   * @param folderA the images of domain A (png, jpg, gif, bmp, webp, tif)
   * @param folderB the images of domain B
   * @param resolution the side of the square images, in pixels
   * @return the pairs; a domain is grey if all its images are
   * @throws DataException if an image has no partner (the message names some), two of a folder
   *     differ in their suffix only, or one is unreadable
   * @throws IllegalArgumentException if the resolution is not 1 to 16384
   */
  public static ImagePairs folders(Path folderA, Path folderB, int resolution) {
    return PairFiles.folders(folderA, folderB, resolution);
  }

  /**
   * Reads pairs from files that have A in their left half and B in the right one, the format of
   * pix2pix's data sets. Each half is resized to a square, whatever its proportions, as in
   * pix2pix's published code. In CMP Facades A is the photograph and B the labels; {@link
   * #reversed} exchanges them.
   *
   * @param folder the images (png, jpg, gif, bmp, webp, tif), also in folders below
   * @param resolution the side of the square images, in pixels
   * @return the pairs, in the order of the paths
   * @throws DataException if there is none, or one is unreadable
   * @throws IllegalArgumentException if the resolution is not 1 to 16384
   */
  public static ImagePairs sideBySide(Path folder, int resolution) {
    return PairFiles.sideBySide(folder, resolution);
  }

  /**
   * The same images with A and B exchanged, as pix2pix's {@code --direction BtoA}.
   *
   * @return the images in the opposite direction
   */
  public ImagePairs reversed() {
    return new ImagePairs(b, a, paired, height, width);
  }

  /**
   * The same images of which training batches have a random square, a new one each time; the same
   * in both images of a pair. Published settings resize to 286 pixels and crop 256.
   *
   * @param side of the square, in pixels
   * @return the cropped images
   * @throws IllegalArgumentException if the images are smaller
   */
  public ImagePairs cropped(int side) {
    if (side < 1 || side > Math.min(a.height(), a.width())) {
      throw new IllegalArgumentException(
          Text.format(
              "A crop of %d pixels is not inside images of %dx%d pixels: read them at a larger resolution",
              side, a.width(), a.height()));
    }
    return new ImagePairs(a, b, paired, side, side);
  }

  /**
   * Returns the images of domain A, not cropped.
   *
   * @return the images
   */
  public ImageData a() {
    return a;
  }

  /**
   * Returns the images of domain B, not cropped.
   *
   * @return the images
   */
  public ImageData b() {
    return b;
  }

  /**
   * Returns whether images are drawn in pairs.
   *
   * @return false if A's and B's are drawn independently
   */
  public boolean paired() {
    return paired;
  }

  @Override
  public String name() {
    return a.name() + (paired ? " to " : " and ") + b.name();
  }

  /** {@inheritDoc} Here: of pairs, or of the images of the larger domain. */
  @Override
  public int size() {
    return Math.max(a.size(), b.size());
  }

  /** {@inheritDoc} Here: of A's. */
  @Override
  public Shape sampleShape() {
    return new Shape(a.channels(), height, width);
  }

  /**
   * Returns the shape of B's images.
   *
   * @return {@code (C, H, W)}
   */
  public Shape targetShape() {
    return new Shape(b.channels(), height, width);
  }

  @Override
  public int numClasses() {
    return 0;
  }

  /** {@inheritDoc} Pairing and crop are part of it. */
  @Override
  public String checksum() {
    MessageDigest digest = Checksums.digest("SHA-256");
    String all = String.join(" ", a.checksum(), b.checksum(), paired + "", height + "x" + width);
    digest.update(all.getBytes(StandardCharsets.US_ASCII));
    return Checksums.hex(digest);
  }

  /** {@inheritDoc} Here: B's images {@code (size of B, C, H, W)}, with the centred crop. */
  @Override
  public NDArray conditions(NDManager manager) {
    var frame = new Frame((b.height() - height) / 2, (b.width() - width) / 2, false);
    ByteBuffer pixels = buffer(b, b.size());
    IntStream.range(0, b.size()).forEach(i -> put(b, i, frame, pixels));
    return images(b, pixels, manager);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Each epoch has a new random order, without the images that do not fill a batch.
   */
  @Override
  public BatchSource batches(int batchSize, long seed, boolean flip) {
    int most = Math.min(a.size(), b.size());
    if (batchSize < 1 || batchSize > most) {
      throw new IllegalArgumentException(
          Text.format("A batch has 1 to %d images of '%s', not %d", most, name(), batchSize));
    }
    return new Random(batchSize, seed, flip);
  }

  @Override
  public String toString() {
    return Text.format("%s: %d images %s and %s", name(), size(), sampleShape(), targetShape());
  }

  private ByteBuffer buffer(ImageData data, int count) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(count, data.channels() * height * width));
  }

  private NDArray images(ImageData data, ByteBuffer pixels, NDManager manager) {
    int count = pixels.capacity() / (data.channels() * height * width);
    return Batch.images(pixels.flip(), new Shape(count, data.channels(), height, width), manager);
  }

  /** What a batch has of an image: the corner of the crop, and whether it is mirrored. */
  private record Frame(int top, int left, boolean mirrored) {}

  private void put(ImageData data, int index, Frame frame, ByteBuffer pixels) {
    var image = new byte[data.imageLength()];
    data.copyImage(index, image, 0);
    for (int row = 0; row < data.channels() * height; row++) {
      int line = row / height * data.height() + frame.top + row % height;
      int first = line * data.width() + frame.left;
      for (int x = 0; x < width; x++) {
        pixels.put(image[first + (frame.mirrored ? width - 1 - x : x)]);
      }
    }
  }

  /** Batches in random order; a batch is a function of (seed, number). */
  private final class Random implements BatchSource {

    private final long seed;
    private final boolean flip;
    private final ShuffledRows rowsOfA;
    private final ShuffledRows rowsOfB;

    Random(int batchSize, long seed, boolean flip) {
      this.seed = seed;
      this.flip = flip;
      rowsOfA = rows(a, batchSize, ORDER_A);
      rowsOfB = paired ? rowsOfA : rows(b, batchSize, ORDER_B);
    }

    private ShuffledRows rows(ImageData data, int batchSize, long order) {
      return new ShuffledRows(data.size(), batchSize, epoch -> new SplitMix(seed, order, epoch));
    }

    @Override
    public Batch batch(long number, NDManager manager) {
      NDArray x = images(a, rowsOfA.batch(number), CHANGE_A, number, manager);
      long change = paired ? CHANGE_A : CHANGE_B;
      NDArray y = images(b, rowsOfB.batch(number), change, number, manager);
      return new Batch(x, y);
    }

    private NDArray images(
        ImageData data, int[] rows, long change, long number, NDManager manager) {
      var random = new SplitMix(seed, change, number);
      ByteBuffer pixels = buffer(data, rows.length);
      for (int row : rows) {
        put(data, row, frame(data, random), pixels);
      }
      return ImagePairs.this.images(data, pixels, manager);
    }

    private Frame frame(ImageData data, SplitMix random) {
      int top = random.nextInt(data.height() - height + 1);
      int left = random.nextInt(data.width() - width + 1);
      return new Frame(top, left, random.nextLong() < 0 && flip);
    }
  }
}
