package org.adversaria.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.torch.Text;

/**
 * Reads the official binary format of CIFAR-10 and CIFAR-100.
 *
 * <p>A file is a sequence of records: the label bytes (CIFAR-10: one; CIFAR-100: the coarse and
 * then the fine label) and 3,072 bytes of a 32x32 image, red, green, blue, row by row. The size of
 * the file determines the number of records.
 */
final class Cifar {

  static final int SIDE = 32;
  private static final int PIXELS = 3 * SIDE * SIDE;
  private static final int MAX_NAMES = 1 << 20;

  private Cifar() {}

  /** Reads files in order; the label is byte {@code labelIndex} of the label bytes. */
  static ImageBytes read(
      String name, List<Path> files, int labelBytes, int labelIndex, List<String> classNames) {
    var images = new ArrayList<byte[]>();
    var labels = new ArrayList<Integer>();
    for (Path file : files) {
      Unpacked.requireRegular(file);
      try (var in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
        long records = records(file, labelBytes + PIXELS);
        Limit.requireMemory(file.toString(), images.size() + records, PIXELS);
        for (int i = 0; i < records; i++) {
          byte[] label = read(in, file, labelBytes);
          images.add(read(in, file, PIXELS));
          labels.add(requireLabel(file, i, label[labelIndex], classNames));
        }
      } catch (IOException e) {
        throw Unpacked.unreadable(file, e);
      }
    }
    return new ImageBytes(
        name,
        3,
        SIDE,
        SIDE,
        classNames,
        images.toArray(byte[][]::new),
        labels.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Reads a file with one name in each line. */
  static List<String> names(Path file, int expected) {
    Unpacked.requireRegular(file);
    try (var in = new BufferedInputStream(Files.newInputStream(file))) {
      byte[] bytes = in.readNBytes(MAX_NAMES + 1);
      if (bytes.length > MAX_NAMES) {
        throw new DataException(
            file
                + " has more than "
                + MAX_NAMES
                + " bytes, which are no class names; get it again");
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      List<String> names = text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
      if (names.size() != expected) {
        throw new DataException(
            Text.format(
                "%s has %d class names; it should have %d, one a line",
                file, names.size(), expected));
      }
      for (String name : names) {
        if (!Text.isVisible(name)) {
          throw new DataException(
              Text.format(
                  "%s has the class name '%s' with control characters; get it again",
                  file, Text.visible(name)));
        }
      }
      return names;
    } catch (CharacterCodingException e) {
      throw new DataException(file + " is not text in UTF-8; get it again", e);
    } catch (IOException e) {
      throw Unpacked.unreadable(file, e);
    }
  }

  private static long records(Path file, int length) throws IOException {
    long size = Files.size(file);
    if (size == 0 || size % length != 0) {
      throw new DataException(
          Text.format(
              """
              %s has %d bytes, which is no whole number of records of %d bytes: it is truncated or \
              another format; delete it and get it again""",
              file, size, length));
    }
    return size / length;
  }

  private static byte[] read(InputStream in, Path file, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new DataException(file + " ended while it was read; close what writes to it");
    }
    return bytes;
  }

  private static int requireLabel(Path file, int record, byte label, List<String> classNames) {
    int value = Byte.toUnsignedInt(label);
    if (value >= classNames.size()) {
      throw new DataException(
          Text.format(
              """
              %s has the label %d in record %d, but there are %d classes (0 to %d); check that it \
              is the format of this data set""",
              file, value, record, classNames.size(), classNames.size() - 1));
    }
    return value;
  }
}
