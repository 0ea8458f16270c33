package org.adversaria.figures;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * At most 256 colours for all frames of an animation. With a palette for each frame, as ImageIO
 * would choose it, colours that do not change would flicker.
 *
 * <p>Exact where the frames have no more than 256 colours, as grey images have; else by median cut
 * (Heckbert, "Color Image Quantization for Frame Buffer Display", SIGGRAPH 1982) over the colours
 * rounded to five bits a channel, refined by Lloyd's iteration. There is no dithering: its pattern
 * would crawl.
 */
final class SharedPalette {

  private static final int SIZE = 256;
  private static final int REFINEMENTS = 4;

  /** From a colour (as {@link #key} gives it) to its place in the palette. */
  private final Map<Integer, Byte> places = new HashMap<>();

  private final boolean exact;
  private final int[] table;
  private final IndexColorModel model;

  private SharedPalette(int[] palette, boolean exact) {
    this.exact = exact;
    // GIF has tables of 2, 4, 8 ... 256 colours.
    int size = Math.max(2, Integer.highestOneBit(2 * palette.length - 1));
    table = Arrays.copyOf(palette, size);
    model = new IndexColorModel(8, table.length, table, 0, false, -1, DataBuffer.TYPE_BYTE);
  }

  static SharedPalette of(List<BufferedImage> frames) {
    Map<Integer, Integer> counts = count(frames, true);
    if (counts.size() <= SIZE) {
      int[] palette = counts.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
      var shared = new SharedPalette(palette, true);
      for (int i = 0; i < palette.length; i++) {
        shared.places.put(palette[i], (byte) i);
      }
      return shared;
    }
    return cut(count(frames, false));
  }

  /** The colours as 0xRRGGBB: 2, 4, 8 ... or 256, unused ones black. */
  int[] colors() {
    return table.clone();
  }

  /** The frame in these colours. */
  BufferedImage apply(BufferedImage frame) {
    int width = frame.getWidth();
    int height = frame.getHeight();
    int[] rgb = frame.getRGB(0, 0, width, height, null, 0, width);
    var indexed = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, model);
    byte[] target = ((DataBufferByte) indexed.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < rgb.length; i++) {
      // Neighbours are mostly equal: in flat areas, and where pixels are zoomed.
      target[i] = i > 0 && rgb[i] == rgb[i - 1] ? target[i - 1] : places.get(key(rgb[i], exact));
    }
    return indexed;
  }

  private static Map<Integer, Integer> count(List<BufferedImage> frames, boolean exact) {
    Map<Integer, Integer> counts = new HashMap<>();
    for (BufferedImage frame : frames) {
      int width = frame.getWidth();
      int[] rgb = frame.getRGB(0, 0, width, frame.getHeight(), null, 0, width);
      int start = 0;
      for (int i = 1; i <= rgb.length; i++) {
        if (i == rgb.length || rgb[i] != rgb[start]) {
          counts.merge(key(rgb[start], exact), i - start, Integer::sum);
          start = i;
        }
      }
      if (exact && counts.size() > SIZE) {
        return counts;
      }
    }
    return counts;
  }

  private static int key(int rgb, boolean exact) {
    return rgb & (exact ? 0xFFFFFF : 0xF8F8F8);
  }

  private static int channel(int rgb, int shift) {
    return rgb >> shift & 0xFF;
  }

  private static SharedPalette cut(Map<Integer, Integer> counts) {
    List<List<Integer>> boxes = new ArrayList<>();
    boxes.add(new ArrayList<>(counts.keySet()));
    while (boxes.size() < SIZE) {
      List<Integer> widest =
          boxes.stream().max(Comparator.comparingLong(b -> weight(b, counts))).orElseThrow();
      if (widest.size() < 2) {
        break;
      }
      boxes.remove(widest);
      boxes.addAll(halves(widest, counts));
    }
    int[] palette = boxes.stream().mapToInt(box -> mean(box, counts)).toArray();
    // Lloyd's iteration: smooth shades gain most from it.
    for (int i = 0; i < REFINEMENTS; i++) {
      boxes = nearest(counts.keySet(), palette);
      for (int c = 0; c < palette.length; c++) {
        palette[c] = boxes.get(c).isEmpty() ? palette[c] : mean(boxes.get(c), counts);
      }
    }
    var shared = new SharedPalette(palette, false);
    for (int i = 0; i < palette.length; i++) {
      for (int color : boxes.get(i)) {
        shared.places.put(color, (byte) i);
      }
    }
    return shared;
  }

  /** For each colour of the palette those to which it is the nearest. */
  private static List<List<Integer>> nearest(Iterable<Integer> colors, int[] palette) {
    List<List<Integer>> boxes = new ArrayList<>();
    for (int i = 0; i < palette.length; i++) {
      boxes.add(new ArrayList<>());
    }
    for (int color : colors) {
      int best = 0;
      for (int i = 1; i < palette.length; i++) {
        best = distance(color, palette[i]) < distance(color, palette[best]) ? i : best;
      }
      boxes.get(best).add(color);
    }
    return boxes;
  }

  private static int distance(int a, int b) {
    int red = channel(a, 16) - channel(b, 16);
    int green = channel(a, 8) - channel(b, 8);
    int blue = channel(a, 0) - channel(b, 0);
    return red * red + green * green + blue * blue;
  }

  /** How much a box gains from being split: its longest side, times how often it is seen. */
  private static long weight(List<Integer> box, Map<Integer, Integer> counts) {
    long pixels = box.stream().mapToLong(counts::get).sum();
    return box.size() < 2 ? -1 : (long) (side(box, longest(box)) * Math.sqrt(pixels));
  }

  private static int longest(List<Integer> box) {
    return List.of(16, 8, 0).stream()
        .max(Comparator.comparingInt(shift -> side(box, shift)))
        .orElseThrow();
  }

  private static int side(List<Integer> box, int shift) {
    var range = box.stream().mapToInt(c -> channel(c, shift)).summaryStatistics();
    return range.getMax() - range.getMin();
  }

  /** Splits where half of the pixels lie on each side; neither half is empty. */
  private static List<List<Integer>> halves(List<Integer> box, Map<Integer, Integer> counts) {
    int shift = longest(box);
    box.sort(Comparator.<Integer>comparingInt(c -> channel(c, shift)).thenComparing(c -> c));
    long all = box.stream().mapToLong(counts::get).sum();
    long below = 0;
    int at = 0;
    while (at < box.size() - 1 && (at == 0 || below < all / 2)) {
      below += counts.get(box.get(at++));
    }
    return List.of(
        new ArrayList<>(box.subList(0, at)), new ArrayList<>(box.subList(at, box.size())));
  }

  private static int mean(List<Integer> box, Map<Integer, Integer> counts) {
    double all = box.stream().mapToLong(counts::get).sum();
    int rgb = 0;
    for (int shift : new int[] {16, 8, 0}) {
      double sum = box.stream().mapToDouble(c -> channel(c, shift) * (double) counts.get(c)).sum();
      // Rounding to five bits has cut about 3.5 levels off; white must stay white.
      long level = Math.round(sum / all);
      rgb |= (int) (level + level / 32) << shift;
    }
    return rgb;
  }
}
