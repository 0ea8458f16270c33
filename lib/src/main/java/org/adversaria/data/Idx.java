package org.adversaria.data;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.torch.Text;

/**
 * Reads the IDX format of MNIST, plain or gzipped.
 *
 * <p>A file is a magic number (two zero bytes, the type 8 for unsigned bytes, the number of
 * dimensions), one big-endian 32-bit length per dimension, and the bytes in C order. Images have
 * three dimensions (magic number 2051), labels one (2049).
 */
final class Idx {

  private static final int IMAGES = 2051;
  private static final int LABELS = 2049;
  private static final int MAX_SIDE = 4096;

  private Idx() {}

  /** Reads a file of images and the file of their labels. */
  static ImageBytes read(String name, Path imageFile, Path labelFile, List<String> classNames) {
    Images images = images(imageFile);
    int[] labels = labels(labelFile, imageFile, images.pixels.size(), classNames.size());
    return new ImageBytes(
        name,
        1,
        images.rows,
        images.columns,
        classNames,
        images.pixels.toArray(byte[][]::new),
        labels);
  }

  private record Images(int rows, int columns, List<byte[]> pixels) {}

  private static Images images(Path file) {
    try (var in = new DataInputStream(Unpacked.open(file))) {
      requireMagic(file, in.readInt(), IMAGES, "images");
      int count = in.readInt();
      int rows = in.readInt();
      int columns = in.readInt();
      if (count < 1 || rows < 1 || columns < 1 || rows > MAX_SIDE || columns > MAX_SIDE) {
        throw new DataException(
            Text.format(
                "%s promises %d images of %dx%d pixels, which no IDX file of images has; get it again",
                file, count, rows, columns));
      }
      Limit.requireMemory(file.toString(), count, (long) rows * columns);
      var pixels = new ArrayList<byte[]>();
      for (int i = 0; i < count; i++) {
        byte[] image = in.readNBytes(rows * columns);
        if (image.length < rows * columns) {
          throw truncated(file, count + " images", i, null);
        }
        pixels.add(image);
      }
      requireEnd(file, in, count + " images");
      return new Images(rows, columns, pixels);
    } catch (EOFException e) {
      throw truncated(file, "images", 0, e);
    } catch (IOException e) {
      throw Unpacked.unreadable(file, e);
    }
  }

  private static int[] labels(Path file, Path imageFile, int images, int classes) {
    try (var in = new DataInputStream(Unpacked.open(file))) {
      requireMagic(file, in.readInt(), LABELS, "labels");
      int count = in.readInt();
      if (count != images) {
        throw new DataException(
            Text.format(
                "%s has %d images, but %s has %d labels; the two files do not belong together",
                imageFile, images, file, count));
      }
      byte[] bytes = in.readNBytes(count);
      if (bytes.length < count) {
        throw truncated(file, count + " labels", bytes.length, null);
      }
      requireEnd(file, in, count + " labels");
      var labels = new int[count];
      for (int i = 0; i < count; i++) {
        labels[i] = Byte.toUnsignedInt(bytes[i]);
        if (labels[i] >= classes) {
          throw new DataException(
              Text.format(
                  "%s has the label %d at position %d, but there are %d classes (0 to %d)",
                  file, labels[i], i, classes, classes - 1));
        }
      }
      return labels;
    } catch (EOFException e) {
      throw truncated(file, "labels", 0, e);
    } catch (IOException e) {
      throw Unpacked.unreadable(file, e);
    }
  }

  private static void requireMagic(Path file, int magic, int expected, String what) {
    if (magic != expected) {
      throw new DataException(
          Text.format(
              """
              %s starts with the magic number %d; an IDX file of %s starts with %d. Check that it \
              is the file of the %s and not another one""",
              file, magic, what, expected, what));
    }
  }

  private static void requireEnd(Path file, DataInputStream in, String promised)
      throws IOException {
    if (in.read() >= 0) {
      throw new DataException(
          file + " goes on after the " + promised + " its header promises; get it again");
    }
  }

  private static DataException truncated(Path file, String promised, int complete, IOException e) {
    return new DataException(
        file
            + " is truncated: it promises "
            + promised
            + " and ends after "
            + complete
            + "; delete it and get it again",
        e);
  }
}
