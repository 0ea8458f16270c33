package org.adversaria.data;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;

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
record Picture(int channels, int height, int width, byte[] bytes) {

  /** Decodes a PNG, JPEG, GIF or BMP; error messages name the source. */
  static Picture decode(String source, byte[] encoded) {
    try (var file = new PictureFile(source, encoded)) {
      return file.decode();
    }
  }

  /** The pixels of a decoded image. */
  static Picture of(BufferedImage image) {
    boolean grey = image.getColorModel().getNumColorComponents() == 1;
    return grey ? grey(image) : color(image);
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
