package org.adversaria.data;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.adversaria.torch.Text;

/**
 * A decoded image file: channels-first bytes, one channel if the file is grey.
 *
 * <p>Transparent pixels are composited over white.
 *
 * @param channels 1 or 3
 * @param height the height in pixels
 * @param width the width in pixels
 * @param bytes {@code channels * height * width} bytes
 */
record Picture(int channels, int height, int width, byte[] bytes) implements Decoder.Result {

  private static final int MAX_DEPTH = 16;

  @Override
  public int length() {
    return bytes.length;
  }

  /** Decodes a picture file, turned as its EXIF data say; error messages name the source. */
  static Picture decode(String source, byte[] encoded) {
    try (var file = new PictureFile(source, encoded)) {
      return file.decode().oriented(file.orientation());
    }
  }

  /**
   * The pixels of a decoded image.
   *
   * @throws IOException if its samples are of more than 16 bits
   */
  static Picture of(BufferedImage image) throws IOException {
    ColorModel colors = image.getColorModel();
    int depth = IntStream.of(colors.getComponentSize()).max().orElse(0);
    boolean whole = colors.getTransferType() != DataBuffer.TYPE_FLOAT;
    if (depth > MAX_DEPTH || !whole || colors.getTransferType() == DataBuffer.TYPE_DOUBLE) {
      throw new IOException(
          Text.format(
              "its samples are %s of %d bits; save it with 8 or 16 bits",
              whole ? "whole numbers" : "floating-point numbers", depth));
    }
    if (colors instanceof IndexColorModel palette && isGrey(palette)) {
      return color(image).toGrey();
    }
    return colors.getNumColorComponents() == 1 ? grey(image) : color(image);
  }

  /** Whether a palette has greys only, as that of pictures of 1, 2 and 4 bits has. */
  private static boolean isGrey(IndexColorModel palette) {
    return IntStream.range(0, palette.getMapSize())
        .allMatch(
            i ->
                palette.getRed(i) == palette.getGreen(i)
                    && palette.getRed(i) == palette.getBlue(i));
  }

  /**
   * The pixels of a JPEG of four components, which by Adobe's convention are stored inverted.
   *
   * <p>Red is {@code C K / 255} of the stored values, and green and blue alike.
   *
   * @param raster C, M, Y, K; or Y, Cb, Cr, K
   * @param ycck whether it is the latter
   */
  static Picture ofInverseCmyk(Raster raster, boolean ycck) {
    int width = raster.getWidth();
    int plane = width * raster.getHeight();
    var row = new int[4 * width];
    var bytes = new byte[3 * plane];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int[] cmy = ycck ? cmy(row, 4 * x) : new int[] {row[4 * x], row[4 * x + 1], row[4 * x + 2]};
        for (int c = 0; c < 3; c++) {
          bytes[c * plane + y * width + x] = (byte) rounded((long) cmy[c] * row[4 * x + 3], 255);
        }
      }
    }
    return new Picture(3, raster.getHeight(), width, bytes);
  }

  /** C, M, Y of Y, Cb, Cr: 255 minus JFIF's red, green and blue. */
  private static int[] cmy(int[] row, int from) {
    int luma = row[from];
    int blue = row[from + 1] - 128;
    int red = row[from + 2] - 128;
    return new int[] {
      inverse(luma + 1.402 * red),
      inverse(luma - 0.344136 * blue - 0.714136 * red),
      inverse(luma + 1.772 * blue)
    };
  }

  private static int inverse(double value) {
    return (int) (255 - Math.max(0, Math.min(255, Math.round(value))));
  }

  /** Reads the raw samples: a conversion from grey to RGB would apply a gamma curve. */
  private static Picture grey(BufferedImage image) {
    Raster raster = image.getRaster();
    int depth = image.getColorModel().getComponentSize(0);
    int most = (1 << depth) - 1;
    boolean alpha = image.getColorModel().hasAlpha();
    var bytes = new byte[image.getWidth() * image.getHeight()];
    for (int i = 0; i < bytes.length; i++) {
      int x = i % image.getWidth();
      int y = i / image.getWidth();
      int value = rounded(raster.getSample(x, y, 0) * 255L, most);
      int opacity = alpha ? rounded(raster.getSample(x, y, 1) * 255L, most) : 255;
      bytes[i] = overWhite(value, opacity);
    }
    return new Picture(1, image.getHeight(), image.getWidth(), bytes);
  }

  private static Picture color(BufferedImage image) {
    int width = image.getWidth();
    int plane = width * image.getHeight();
    var argb = new int[width];
    var bytes = new byte[3 * plane];
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, argb, 0, width);
      for (int x = 0; x < width; x++) {
        int opacity = argb[x] >>> 24;
        int i = y * width + x;
        bytes[i] = overWhite(argb[x] >> 16 & 255, opacity);
        bytes[plane + i] = overWhite(argb[x] >> 8 & 255, opacity);
        bytes[2 * plane + i] = overWhite(argb[x] & 255, opacity);
      }
    }
    return new Picture(3, image.getHeight(), width, bytes);
  }

  private static byte overWhite(int value, int opacity) {
    return (byte) rounded(value * opacity + 255L * (255 - opacity), 255);
  }

  private static int rounded(long value, long divisor) {
    return (int) ((value + divisor / 2) / divisor);
  }

  /** The same picture with three channels. */
  Picture toColor() {
    if (channels == 3) {
      return this;
    }
    var color = new byte[3 * bytes.length];
    for (int c = 0; c < 3; c++) {
      System.arraycopy(bytes, 0, color, c * bytes.length, bytes.length);
    }
    return new Picture(3, height, width, color);
  }

  /** Whether all pixels are equal. */
  boolean isConstant() {
    int plane = height * width;
    return IntStream.range(0, bytes.length).allMatch(i -> bytes[i] == bytes[i / plane * plane]);
  }

  /** The first channel alone, of a picture whose channels are equal. */
  private Picture toGrey() {
    return new Picture(1, height, width, Arrays.copyOf(bytes, height * width));
  }

  /**
   * The upright picture.
   *
   * @param orientation EXIF's: where the stored first row and first column are on the upright
   *     picture, 1 for top and left, 2 top and right, 3 bottom and right, 4 bottom and left, 5 left
   *     and top, 6 right and top, 7 right and bottom, 8 left and bottom
   */
  Picture oriented(int orientation) {
    if (orientation == 1) {
      return this;
    }
    boolean turned = orientation >= 5;
    boolean fromRight =
        orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    boolean fromBottom =
        orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
    var upright =
        new Picture(
            channels, turned ? width : height, turned ? height : width, new byte[bytes.length]);
    for (int i = 0; i < bytes.length; i++) {
      int x = i % upright.width;
      int y = i / upright.width % upright.height;
      int fromLeft = fromRight ? upright.width - 1 - x : x;
      int fromTop = fromBottom ? upright.height - 1 - y : y;
      int row = turned ? fromLeft : fromTop;
      int column = turned ? fromTop : fromLeft;
      int plane = i / (width * height);
      upright.bytes[i] = bytes[(plane * height + row) * width + column];
    }
    return upright;
  }

  /** The whole picture, scaled as {@link #square} does and centred on black. */
  Picture padded(int side) {
    int longer = Math.max(height, width);
    int rows = Math.max(1, rounded((long) height * side, longer));
    int columns = Math.max(1, rounded((long) width * side, longer));
    Picture scaled = resized(rows, columns);
    var padded = new byte[channels * side * side];
    int top = (side - rows) / 2;
    int left = (side - columns) / 2;
    for (int i = 0; i < channels * rows; i++) {
      int to = (i / rows * side + top + i % rows) * side + left;
      System.arraycopy(scaled.bytes, i * columns, padded, to, columns);
    }
    return new Picture(channels, side, side, padded);
  }

  /** The centred square, scaled by averaging areas (or repeating pixels if it is smaller). */
  Picture square(int side) {
    int crop = Math.min(height, width);
    return crop((height - crop) / 2, (width - crop) / 2, crop, crop).resized(side, side);
  }

  /** A rectangle of the picture. */
  Picture crop(int top, int left, int rows, int columns) {
    var part = new byte[channels * rows * columns];
    for (int i = 0; i < channels * rows; i++) {
      int from = (i / rows * height + top + i % rows) * width + left;
      System.arraycopy(bytes, from, part, i * columns, columns);
    }
    return new Picture(channels, rows, columns, part);
  }

  /** Scaled by averaging areas (or repeating pixels where it grows), whatever its proportions. */
  Picture resized(int rows, int columns) {
    var scaled = new byte[channels * rows * columns];
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
          scaled[(c * rows + y) * columns + x] = (byte) mean(c, rows, columns, y, x);
        }
      }
    }
    return new Picture(channels, rows, columns, scaled);
  }

  /** The mean over a new pixel's area, in units of 1 / (rows columns) of an old pixel. */
  private int mean(int channel, int rows, int columns, int y, int x) {
    long sum = 0;
    for (int oldY = y * height / rows; oldY * rows < (y + 1) * height; oldY++) {
      long high = overlap(y, height, oldY, rows);
      for (int oldX = x * width / columns; oldX * columns < (x + 1) * width; oldX++) {
        long area = high * overlap(x, width, oldX, columns);
        sum += area * Byte.toUnsignedInt(bytes[(channel * height + oldY) * width + oldX]);
      }
    }
    return rounded(sum, (long) height * width);
  }

  /** The common length of the new pixel's interval and the old one's. */
  private static long overlap(int position, int size, int oldPosition, int oldSize) {
    return Math.min((position + 1) * size, (oldPosition + 1) * oldSize)
        - Math.max(position * size, oldPosition * oldSize);
  }
}
