package org.adversaria.figures;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.adversaria.torch.Text;

/**
 * A network as boxes in the cells of a grid and straight arrows between them, as papers draw it.
 *
 * <pre>{@code
 * BufferedImage figure = new BlockDiagram()
 *     .box("x", 0, 0, 2, Role.VALUE, "x", "16x16, 64 channels")
 *     .box("conv", 1, 0, 1, Role.WEIGHTS, "3x3 convolution")
 *     .box("sum", 2, 0, 2, Role.PLAIN, "+")
 *     .arrows("x", "conv", "sum").arrows("x", "sum")      // down column 0; down column 1, beside it
 *     .draw();
 * }</pre>
 *
 * <p>A box fills its cells. Columns are as wide, and rows as high, as their texts need; so a figure
 * of eight columns of some twelve letters fits the width of a notebook.
 */
public final class BlockDiagram {

  private static final int ACROSS = 20;
  private static final int DOWN = 18;
  private static final int PADDING = 6;
  private static final int MARGIN = 2;
  private static final int LINE_HEIGHT = 16;
  private static final double HEAD = 6;

  /** What a box stands for, which gives it its colour. */
  public enum Role {
    /** An array. */
    VALUE(Color.WHITE),
    /** A part with weights. */
    WEIGHTS(Theme.faint(Theme.BLUE, 0.22)),
    /** A computation without weights. */
    PLAIN(new Color(0xEEEEEE)),
    /** What a network is told, such as the class. */
    CONDITION(Theme.faint(Theme.color(4), 0.35)),
    /** A part that differs from its neighbours, such as attention. */
    SPECIAL(Theme.faint(Theme.color(2), 0.28));

    private final Color fill;

    Role(Color fill) {
      this.fill = fill;
    }
  }

  private record Box(int row, int column, int span, Role role, List<String> lines) {

    int textWidth() {
      int widest = Theme.metrics(Theme.bold(12)).stringWidth(lines.get(0));
      FontMetrics plain = Theme.metrics(Theme.font(11));
      for (String line : lines.subList(1, lines.size())) {
        widest = Math.max(widest, plain.stringWidth(line));
      }
      return widest + 2 * PADDING;
    }

    int textHeight() {
      return lines.size() * LINE_HEIGHT + PADDING;
    }
  }

  private record Arrow(String from, String to) {}

  private final Map<String, Box> boxes = new LinkedHashMap<>();
  private final List<Arrow> arrows = new ArrayList<>();

  /** Starts a diagram without boxes. */
  public BlockDiagram() {}

  /**
   * Adds a box.
   *
   * @param name by which arrows find it
   * @param row from the top, from 0
   * @param column its first, from the left, from 0
   * @param span the number of columns that it covers, at least 1
   * @param role what it stands for
   * @param lines its text: a heading, and what stands below it; at least one
   * @return this diagram
   * @throws IllegalArgumentException if the name is taken, a cell is taken, a number is out of
   *     range or there is no line
   */
  public BlockDiagram box(String name, int row, int column, int span, Role role, String... lines) {
    if (row < 0 || column < 0 || span < 1 || lines.length == 0) {
      throw new IllegalArgumentException(
          Text.format(
              "The box '%s' at row %d, column %d, over %d columns, with %d lines of text: rows and columns count from 0, and it needs a column and a line",
              name, row, column, span, lines.length));
    }
    boxes.forEach(
        (other, box) -> {
          boolean apart =
              box.row != row || box.column + box.span <= column || column + span <= box.column;
          if (other.equals(name) || !apart) {
            throw new IllegalArgumentException(
                Text.format(
                    "The box '%s' at row %d, column %d has the name or a cell of '%s'",
                    name, row, column, other));
          }
        });
    boxes.put(name, new Box(row, column, span, role, List.of(lines)));
    return this;
  }

  /**
   * Adds an arrow from each box to the next. Two boxes that share a column are joined up or down,
   * in the middle of the narrower one; two in one row to the left or right. What lies between is
   * not looked at.
   *
   * @param names two or more boxes
   * @return this diagram
   * @throws IllegalArgumentException if there is no such box, or two share neither row nor column
   */
  public BlockDiagram arrows(String... names) {
    for (String name : names) {
      if (!boxes.containsKey(name)) {
        throw new IllegalArgumentException(
            Text.format("No box is named '%s'; there are %s", name, boxes.keySet()));
      }
    }
    for (int i = 0; i + 1 < names.length; i++) {
      Box from = boxes.get(names[i]);
      Box to = boxes.get(names[i + 1]);
      if (from.row != to.row && !shareColumn(from, to)) {
        throw new IllegalArgumentException(
            Text.format(
                "Arrows are straight, but '%s' and '%s' share neither row nor column",
                names[i], names[i + 1]));
      }
      arrows.add(new Arrow(names[i], names[i + 1]));
    }
    return this;
  }

  private static boolean shareColumn(Box a, Box b) {
    return a.column < b.column + b.span && b.column < a.column + a.span;
  }

  /**
   * Draws the diagram.
   *
   * @return the figure
   * @throws IllegalStateException if there is no box
   */
  public BufferedImage draw() {
    if (boxes.isEmpty()) {
      throw new IllegalStateException("A diagram needs a box");
    }
    int[] left = starts(columnWidths(), ACROSS);
    int[] top = starts(rowHeights(), DOWN);
    BufferedImage sheet =
        Theme.sheet(last(left) - ACROSS + MARGIN + 1, last(top) - DOWN + MARGIN + 1);
    Graphics2D g = Theme.graphics(sheet);
    Map<String, Rectangle> places = new LinkedHashMap<>();
    boxes.forEach(
        (name, box) -> {
          int width = left[box.column + box.span] - ACROSS - left[box.column];
          int height = top[box.row + 1] - DOWN - top[box.row];
          places.put(name, new Rectangle(left[box.column], top[box.row], width, height));
        });
    arrows.forEach(arrow -> paint(g, places.get(arrow.from), places.get(arrow.to)));
    boxes.forEach((name, box) -> paint(g, box, places.get(name)));
    g.dispose();
    return sheet;
  }

  /** A box over several columns widens all of them where they are too narrow for its text. */
  private int[] columnWidths() {
    int[] widths =
        new int[boxes.values().stream().mapToInt(b -> b.column + b.span).max().orElseThrow()];
    boxes.values().stream()
        .filter(box -> box.span == 1)
        .forEach(box -> widths[box.column] = Math.max(widths[box.column], box.textWidth()));
    for (Box box : boxes.values()) {
      int room = (box.span - 1) * ACROSS;
      for (int c = 0; c < box.span; c++) {
        room += widths[box.column + c];
      }
      int missing = Math.max(0, box.textWidth() - room);
      for (int c = 0; c < box.span; c++) {
        widths[box.column + c] += (missing + box.span - 1) / box.span;
      }
    }
    return widths;
  }

  private int[] rowHeights() {
    int[] heights = new int[boxes.values().stream().mapToInt(Box::row).max().orElseThrow() + 1];
    boxes.values().forEach(b -> heights[b.row] = Math.max(heights[b.row], b.textHeight()));
    return heights;
  }

  /** Where each size begins, and where one more would. */
  private static int[] starts(int[] sizes, int between) {
    int[] starts = new int[sizes.length + 1];
    starts[0] = MARGIN;
    for (int i = 0; i < sizes.length; i++) {
      starts[i + 1] = starts[i] + sizes[i] + between;
    }
    return starts;
  }

  private static int last(int[] values) {
    return values[values.length - 1];
  }

  private static void paint(Graphics2D g, Box box, Rectangle place) {
    g.setColor(box.role.fill);
    g.fillRoundRect(place.x, place.y, place.width, place.height, 8, 8);
    g.setColor(Theme.AXIS);
    g.setStroke(new BasicStroke(1));
    g.drawRoundRect(place.x, place.y, place.width, place.height, 8, 8);
    g.setColor(Theme.TEXT);
    int y = place.y + (place.height - box.lines.size() * LINE_HEIGHT) / 2;
    for (int i = 0; i < box.lines.size(); i++) {
      g.setFont(i == 0 ? Theme.bold(12) : Theme.font(11));
      FontMetrics m = g.getFontMetrics();
      String line = box.lines.get(i);
      g.drawString(
          line,
          place.x + (place.width - m.stringWidth(line)) / 2,
          y + (LINE_HEIGHT + m.getAscent() - m.getDescent()) / 2);
      y += LINE_HEIGHT;
    }
  }

  /** Up, down, to the left or right, in the middle of what the two have in common. */
  private static void paint(Graphics2D g, Rectangle from, Rectangle to) {
    double x0;
    double y0;
    double x1;
    double y1;
    if (from.y == to.y) {
      boolean right = from.x < to.x;
      x0 = right ? from.getMaxX() : from.getMinX();
      x1 = right ? to.getMinX() : to.getMaxX();
      y0 = from.getCenterY();
      y1 = y0;
    } else {
      boolean down = from.y < to.y;
      x0 = (Math.max(from.getMinX(), to.getMinX()) + Math.min(from.getMaxX(), to.getMaxX())) / 2;
      x1 = x0;
      y0 = down ? from.getMaxY() : from.getMinY();
      y1 = down ? to.getMinY() : to.getMaxY();
    }
    double length = Math.hypot(x1 - x0, y1 - y0);
    double dx = (x1 - x0) / length * HEAD;
    double dy = (y1 - y0) / length * HEAD;
    g.setColor(Theme.TEXT);
    g.setStroke(Theme.stroke(1.2f));
    g.draw(new Line2D.Double(x0, y0, x1 - dx, y1 - dy));
    var head = new Path2D.Double();
    head.moveTo(x1, y1);
    head.lineTo(x1 - dx - dy / 2, y1 - dy + dx / 2);
    head.lineTo(x1 - dx + dy / 2, y1 - dy - dx / 2);
    head.closePath();
    g.fill(head);
  }
}
