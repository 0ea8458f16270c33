package org.adversaria.data;

import com.twelvemonkeys.imageio.plugins.webp.vp8.VP8Frame;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;

/**
 * The colours of a lossy WebP picture as its reference decoder computes them: chroma, which has
 * half the resolution, is interpolated. The plug-in repeats it, which is off by up to 75 levels
 * where colours change fast.
 */
final class WebPColors {

  private final int width;
  private final int height;
  private final Raster luma;
  private final Raster blue;
  private final Raster red;

  private WebPColors(VP8Frame frame) {
    width = frame.getWidth();
    height = frame.getHeight();
    luma = frame.getDebugImageYBuffer().getRaster();
    blue = frame.getDebugImageUBuffer().getRaster();
    red = frame.getDebugImageVBuffer().getRaster();
  }

  /**
   * Decodes a picture.
   *
   * @param encoded the file
   * @param offset of the frame's bytes
   * @param length of the frame's bytes
   * @param image of the same size with red, green and blue first, of which the colours are set
   */
  static void decode(byte[] encoded, int offset, int length, BufferedImage image)
      throws IOException {
    var in = new EndingInput(encoded, offset, length);
    var frame = new VP8Frame(in, false);
    WritableRaster raster = image.getRaster();
    WritableRaster colors =
        raster.createWritableChild(
            0, 0, raster.getWidth(), raster.getHeight(), 0, 0, new int[] {0, 1, 2});
    if (!frame.decode(colors, null)) {
      throw new IOException("it has no picture");
    }
    new WebPColors(frame).write(colors);
  }

  private void write(WritableRaster colors) {
    var row = new int[3 * width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int l = luma.getSample(x, y, 0);
        int u = chroma(blue, x, y);
        int v = chroma(red, x, y);
        row[3 * x] = level(part(l, 19_077) + part(v, 26_149) - 14_234);
        row[3 * x + 1] = level(part(l, 19_077) - part(u, 6_419) - part(v, 13_320) + 8_708);
        row[3 * x + 2] = level(part(l, 19_077) + part(u, 33_050) - 17_685);
      }
      colors.setPixels(0, y, width, 1, row);
    }
  }

  /** Weights 9, 3, 3, 1 of the four nearest samples, which lie between pixels. */
  private int chroma(Raster plane, int x, int y) {
    int near = 9 * sample(plane, x / 2, y / 2);
    int besideX = x / 2 + (x % 2 == 0 ? -1 : 1);
    int besideY = y / 2 + (y % 2 == 0 ? -1 : 1);
    int beside = 3 * (sample(plane, besideX, y / 2) + sample(plane, x / 2, besideY));
    return (near + beside + sample(plane, besideX, besideY) + 8) >> 4;
  }

  /** A sample, which the frame repeats for 2x2 pixels; at the edges the nearest one. */
  private int sample(Raster plane, int x, int y) {
    int column = Math.max(0, Math.min((width - 1) / 2, x));
    int row = Math.max(0, Math.min((height - 1) / 2, y));
    return plane.getSample(2 * column, 2 * row, 0);
  }

  private static int part(int sample, int factor) {
    return sample * factor >> 8;
  }

  /** Of units of 1/64. */
  private static int level(int value) {
    return Math.max(0, Math.min(255, value >> 6));
  }
}
