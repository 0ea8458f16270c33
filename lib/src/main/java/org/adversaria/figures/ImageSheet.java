package org.adversaria.figures;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Equal-sized images in rows and columns, each pixel drawn as a square of {@code zoom} by {@code
 * zoom}; optionally a label on the left of each row and a caption below each image.
 *
 * @param rows the images row by row, each {@code height * width} pixels 0xRRGGBB
 * @param height of one image before the zoom
 * @param width of one image before the zoom
 * @param labels one for each row, or none
 * @param captions one for each image, row by row, or none
 */
record ImageSheet(
    List<List<int[]>> rows, int height, int width, List<String> labels, List<String> captions) {

  /** Between images, in pixels of the figure. */
  static final int GAP = 2;

  /** The zoom chosen by itself draws no image larger than this. */
  static final int LARGEST = 192;

  /** A pixel that is not a number is drawn so; no photograph holds this colour. */
  static final int SIGNAL = 0xFF00FF;

  private static final int WIDEST_LABEL = 240;

  /** Left of the longest label: a letter may reach out of its box by a pixel or two. */
  private static final int LEFT_MARGIN = 6;

  /** Between a label and its row. */
  private static final int LABEL_MARGIN = 8;

  /** One row of images for each array. */
  static ImageSheet ofRows(List<NDArray> arrays, List<String> labels) {
    List<List<int[]>> rows = new ArrayList<>();
    Shape first = arrays.get(0).getShape();
    for (NDArray array : arrays) {
      List<int[]> images = unpack(array);
      Shape shape = array.getShape();
      if (shape.get(2) != first.get(2) || shape.get(3) != first.get(3)) {
        throw new IllegalArgumentException(
            "The rows hold images of different sizes, " + first + " and " + shape);
      }
      rows.add(images);
    }
    return new ImageSheet(rows, (int) first.get(2), (int) first.get(3), labels, List.of());
  }

  /** The images of one array, broken into rows of {@code columns}. */
  static ImageSheet ofGrid(
      NDArray images, int columns, List<String> labels, List<String> captions) {
    if (columns < 1) {
      throw new IllegalArgumentException("A grid needs at least one column, not " + columns);
    }
    List<int[]> all = unpack(images);
    List<List<int[]>> rows = new ArrayList<>();
    for (int i = 0; i < all.size(); i += columns) {
      rows.add(all.subList(i, Math.min(i + columns, all.size())));
    }
    Shape shape = images.getShape();
    return new ImageSheet(rows, (int) shape.get(2), (int) shape.get(3), labels, captions);
  }

  /** The largest zoom at which the sheet fits a notebook; 1 if none does. */
  int fittingZoom() {
    int room = Theme.NOTEBOOK_WIDTH - labelWidth() - (columns() - 1) * GAP;
    int byWidth = room / (columns() * width);
    return Math.max(1, Math.min(byWidth, LARGEST / Math.max(height, width)));
  }

  BufferedImage draw(int zoom) {
    if (zoom < 1) {
      throw new IllegalArgumentException("The zoom must be at least 1, not " + zoom);
    }
    int left = labelWidth();
    int cell = height * zoom + captionHeight();
    int sheetWidth = left + columns() * (width * zoom + GAP) - GAP;
    BufferedImage sheet = Theme.sheet(sheetWidth, rows.size() * (cell + GAP) - GAP);
    for (int r = 0; r < rows.size(); r++) {
      for (int c = 0; c < rows.get(r).size(); c++) {
        paint(rows.get(r).get(c), sheet, left + c * (width * zoom + GAP), r * (cell + GAP), zoom);
      }
    }
    if (!labels.isEmpty() || !captions.isEmpty()) {
      write(sheet, left, cell, zoom);
    }
    return sheet;
  }

  private void paint(int[] image, BufferedImage sheet, int left, int top, int zoom) {
    int[] target = Theme.pixels(sheet);
    for (int y = 0; y < height * zoom; y++) {
      int from = y / zoom * width;
      int to = (top + y) * sheet.getWidth() + left;
      for (int x = 0; x < width * zoom; x++) {
        target[to + x] = image[from + x / zoom];
      }
    }
  }

  private void write(BufferedImage sheet, int left, int cell, int zoom) {
    Graphics2D g = Theme.graphics(sheet);
    int next = 0;
    for (int r = 0; r < rows.size(); r++) {
      int top = r * (cell + GAP);
      if (!labels.isEmpty()) {
        g.setFont(labelFont());
        FontMetrics m = g.getFontMetrics();
        String label = Theme.fit(labels.get(r), m, WIDEST_LABEL);
        int baseline = top + (height * zoom + m.getAscent() - m.getDescent()) / 2;
        g.drawString(label, left - LABEL_MARGIN - m.stringWidth(label), baseline);
      }
      if (!captions.isEmpty()) {
        g.setFont(captionFont());
        FontMetrics m = g.getFontMetrics();
        int baseline = top + height * zoom + 1 + m.getAscent();
        for (int c = 0; c < rows.get(r).size(); c++) {
          String caption = Theme.fit(captions.get(next++), m, width * zoom - 2);
          int slack = width * zoom - m.stringWidth(caption);
          g.drawString(caption, left + c * (width * zoom + GAP) + slack / 2, baseline);
        }
      }
    }
    g.dispose();
  }

  private int columns() {
    return rows.stream().mapToInt(List::size).max().orElse(0);
  }

  private int labelWidth() {
    if (labels.isEmpty()) {
      return 0;
    }
    FontMetrics m = Theme.metrics(labelFont());
    int widest = labels.stream().mapToInt(m::stringWidth).max().orElse(0);
    return LEFT_MARGIN + Math.min(widest, WIDEST_LABEL) + LABEL_MARGIN;
  }

  private int captionHeight() {
    return captions.isEmpty() ? 0 : Theme.metrics(captionFont()).getHeight() + 2;
  }

  private static Font labelFont() {
    return Theme.font(13);
  }

  private static Font captionFont() {
    return Theme.font(12);
  }

  /** {@code (N, C, H, W)} float32 in [-1, 1] as N images of {@code H * W} pixels. */
  private static List<int[]> unpack(NDArray images) {
    Shape shape = images.getShape();
    if (images.getDataType() != DataType.FLOAT32
        || shape.dimension() != 4
        || shape.get(0) < 1
        || (shape.get(1) != 1 && shape.get(1) != 3)) {
      throw new IllegalArgumentException(
          "Images to draw are float32 (N, C, H, W) with N > 0 and 1 or 3 channels, not "
              + images.getDataType()
              + " "
              + shape);
    }
    float[] values = images.toFloatArray();
    int area = (int) (shape.get(2) * shape.get(3));
    int channels = (int) shape.get(1);
    List<int[]> result = new ArrayList<>();
    for (int n = 0; n < shape.get(0); n++) {
      int[] pixels = new int[area];
      for (int i = 0; i < area; i++) {
        int at = n * channels * area + i;
        pixels[i] =
            channels == 1
                ? rgb(values[at], values[at], values[at])
                : rgb(values[at], values[at + area], values[at + 2 * area]);
      }
      result.add(pixels);
    }
    return Collections.unmodifiableList(result);
  }

  private static int rgb(float red, float green, float blue) {
    if (Float.isNaN(red + green + blue)) {
      return SIGNAL;
    }
    return level(red) << 16 | level(green) << 8 | level(blue);
  }

  private static int level(float value) {
    return Math.round(Math.max(0f, Math.min(255f, (value + 1) * 127.5f)));
  }
}
