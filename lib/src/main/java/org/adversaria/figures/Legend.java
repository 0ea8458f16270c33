package org.adversaria.figures;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.style.markers.Marker;

/**
 * The names of a chart's series below it, in as many lines as they need.
 *
 * <p>Drawn without XChart, whose legend does not break lines and cuts names at 45% of the width.
 */
final class Legend {

  private static final int LINE_HEIGHT = 20;
  private static final int SAMPLE = 26;
  private static final int AFTER_SAMPLE = 6;
  private static final int BETWEEN = 20;
  private static final int BOTTOM = 6;
  private static final int MARKER = 8;

  /** A name with its sample; {@code stroke} is null where points stand alone. */
  private record Entry(String name, Color color, BasicStroke stroke, Marker marker) {}

  private final FontMetrics metrics = Theme.metrics(Theme.font(13));
  private final List<Entry> entries = new ArrayList<>();
  private final int width;

  /** Opens a legend for a figure of this width. */
  Legend(int width) {
    this.width = width;
  }

  void add(String name, Color color, BasicStroke stroke, Marker marker) {
    int room = width - 2 * BETWEEN - SAMPLE - AFTER_SAMPLE;
    entries.add(new Entry(Theme.fit(name, metrics, room), color, stroke, marker));
  }

  int height() {
    return entries.isEmpty() ? 0 : lines().size() * LINE_HEIGHT + BOTTOM;
  }

  void paint(Graphics2D g, int top) {
    g.setFont(metrics.getFont());
    int y = top;
    for (List<Entry> line : lines()) {
      int x = (width - width(line)) / 2;
      for (Entry entry : line) {
        paint(g, entry, x, y);
        x += width(entry) + BETWEEN;
      }
      y += LINE_HEIGHT;
    }
  }

  private void paint(Graphics2D g, Entry entry, int x, int y) {
    double middle = y + LINE_HEIGHT / 2.0;
    g.setColor(entry.color());
    if (entry.stroke() != null) {
      g.setStroke(entry.stroke());
      g.draw(new Line2D.Double(x, middle, x + SAMPLE, middle));
    }
    entry.marker().paint(g, x + SAMPLE / 2.0, middle, MARKER);
    g.setColor(Theme.TEXT);
    int baseline = y + (LINE_HEIGHT + metrics.getAscent() - metrics.getDescent()) / 2;
    g.drawString(entry.name(), x + SAMPLE + AFTER_SAMPLE, baseline);
  }

  private List<List<Entry>> lines() {
    List<List<Entry>> lines = new ArrayList<>();
    for (Entry entry : entries) {
      List<Entry> last = lines.isEmpty() ? List.of() : lines.get(lines.size() - 1);
      if (last.isEmpty() || width(last) + BETWEEN + width(entry) > width - 2 * BETWEEN) {
        lines.add(new ArrayList<>(List.of(entry)));
      } else {
        last.add(entry);
      }
    }
    return lines;
  }

  private int width(List<Entry> line) {
    return line.stream().mapToInt(e -> width(e) + BETWEEN).sum() - BETWEEN;
  }

  private int width(Entry entry) {
    return SAMPLE + AFTER_SAMPLE + metrics.stringWidth(entry.name());
  }
}
