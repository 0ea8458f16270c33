package org.adversaria.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.adversaria.torch.Text;

/**
 * Image files as colour images of one size, decoded each time they are asked for, so that memory
 * does not grow with their number. The centred square of each is cropped and scaled.
 */
final class FileImages implements ImageData {

  private static final int CHANNELS = 3;

  private final String name;
  private final List<Path> files;
  private final int side;
  private volatile String checksum;

  FileImages(String name, List<Path> files, int side) {
    this.name = name;
    this.files = List.copyOf(files);
    this.side = side;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public int channels() {
    return CHANNELS;
  }

  @Override
  public int height() {
    return side;
  }

  @Override
  public int width() {
    return side;
  }

  @Override
  public List<String> classNames() {
    return List.of(Layout.UNLABELLED);
  }

  @Override
  public int label(int index) {
    Objects.checkIndex(index, files.size());
    return 0;
  }

  /**
   * {@inheritDoc}
   *
   * @throws DataException if the file is no readable image
   */
  @Override
  public void copyImage(int index, byte[] target, int offset) {
    Path file = files.get(index);
    byte[] pixels = decode(file).square(side).toColor().bytes();
    System.arraycopy(pixels, 0, target, offset, pixels.length);
  }

  private static Picture decode(Path file) {
    try {
      long length = Files.size(file);
      Limit.FILE.require(length, () -> Text.format("%s has %d bytes", file, length));
      return Picture.decode(file.toString(), ImageFiles.content(file, length));
    } catch (IOException e) {
      throw Unpacked.unreadable(file, e);
    }
  }

  @Override
  public String checksum() {
    if (checksum == null) {
      checksum = Checksums.of(this);
    }
    return checksum;
  }

  @Override
  public String toString() {
    return Text.format("%s: %d images of %dx%dx%d", name, size(), CHANNELS, side, side);
  }
}
