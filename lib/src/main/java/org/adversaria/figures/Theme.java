package org.adversaria.figures;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Arrays;

/**
 * The look that all figures share: colours, fonts, an empty sheet, and text that fits its place.
 *
 * <p>The colours are those of Okabe and Ito, "Color Universal Design" (2008), which people with any
 * of the common colour vision deficiencies can tell apart. Yellow comes last because a thin yellow
 * line on white is hard to see for everybody.
 */
final class Theme {

  static {
    // A stale DISPLAY, as a dropped remote session leaves it, would otherwise end the first drawing
    // with an error. Before all else: AWT looks once, when the first colour is made.
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
  }

  /** The width of a notebook's output area in pixels; figures are made to fit it unscaled. */
  static final int NOTEBOOK_WIDTH = 900;

  static final Color TEXT = new Color(0x222222);
  static final Color AXIS = new Color(0x9A9A9A);
  static final Color GRID_LINE = new Color(0xE4E4E4);
  static final Color BLUE = new Color(0x0072B2);

  private static final Color[] PALETTE = {
    BLUE,
    new Color(0xD55E00), // vermillion
    new Color(0x009E73), // bluish green
    new Color(0xCC79A7), // reddish purple
    new Color(0xE69F00), // orange
    new Color(0x56B4E9), // sky blue
    Color.BLACK,
    new Color(0xF0E442), // yellow
  };

  private static final String ELLIPSIS = "\u2026";

  private static boolean textWorks;

  private Theme() {}

  /** The colour of series {@code i}; after eight they come again. */
  static Color color(int i) {
    return PALETTE[i % PALETTE.length];
  }

  /** The colour mixed with white: {@code strength} 1 is the colour itself, 0 is white. */
  static Color faint(Color color, double strength) {
    return new Color(
        mix(color.getRed(), strength),
        mix(color.getGreen(), strength),
        mix(color.getBlue(), strength));
  }

  private static int mix(int level, double strength) {
    return (int) Math.round(255 + strength * (level - 255));
  }

  static Color translucent(Color color, int alpha) {
    return new Color(color.getRed(), color.getGreen(), color.getBlue(), alpha);
  }

  static BasicStroke stroke(float width) {
    return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  }

  /** A white sheet. */
  static BufferedImage sheet(int width, int height) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Arrays.fill(pixels(image), 0xFFFFFF);
    return image;
  }

  /** The pixels of a {@link #sheet}, row by row, as 0xRRGGBB. */
  static int[] pixels(BufferedImage sheet) {
    return ((DataBufferInt) sheet.getRaster().getDataBuffer()).getData();
  }

  static Graphics2D graphics(BufferedImage image) {
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setColor(TEXT);
    return g;
  }

  static Font font(int size) {
    requireFonts();
    return new Font(Font.SANS_SERIF, Font.PLAIN, size);
  }

  static Font bold(int size) {
    requireFonts();
    return new Font(Font.SANS_SERIF, Font.BOLD, size);
  }

  static FontMetrics metrics(Font font) {
    Graphics2D g = graphics(sheet(1, 1));
    try {
      return g.getFontMetrics(font);
    } finally {
      g.dispose();
    }
  }

  /** The text, cut to the width in pixels; a cut text ends with an ellipsis. */
  static String fit(String text, FontMetrics metrics, int width) {
    if (metrics.stringWidth(text) <= width) {
      return text;
    }
    int end = text.length();
    while (end > 0 && metrics.stringWidth(text.substring(0, end) + ELLIPSIS) > width) {
      end = text.offsetByCodePoints(end, -1);
    }
    return text.substring(0, end).stripTrailing() + ELLIPSIS;
  }

  /**
   * Says in plain words what is missing on a machine without fonts, where the JDK's own message
   * speaks of its internals.
   */
  private static synchronized void requireFonts() {
    if (textWorks) {
      return;
    }
    try {
      textWorks = metrics(new Font(Font.SANS_SERIF, Font.PLAIN, 12)).stringWidth("M") > 0;
    } catch (LinkageError | InternalError | RuntimeException e) {
      throw noFonts(e);
    }
    if (!textWorks) {
      throw noFonts(null);
    }
  }

  private static IllegalStateException noFonts(Throwable cause) {
    return new IllegalStateException(
        "This figure has text, and Java finds no font on this machine. Install fontconfig, FreeType"
            + " and a font and start the JVM again; on Debian or Ubuntu: apt-get install fontconfig"
            + " libfreetype6 fonts-dejavu-core. Figures without text, such as Figures.grid(images,"
            + " columns), need no font.",
        cause);
  }
}
