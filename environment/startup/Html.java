package org.adversaria.environment;

import java.awt.image.RenderedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.adversaria.torch.Text;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Turns values into HTML that carries everything inside itself. */
final class Html {

  private static final int MOST_ROWS = 100;
  private static final int DIGITS = 4;

  private Html() {}

  static String of(Object... values) {
    return Arrays.stream(values).map(Html::ofOne).collect(Collectors.joining("\n"));
  }

  static String ofOne(Object value) {
    if (value instanceof Table table) {
      return table(table);
    } else if (value instanceof RenderedImage image) {
      return img("image/png", png(image));
    } else if (value instanceof byte[] content) {
      return img(imageType(content), content);
    } else if (value instanceof Path file) {
      return ofOne(bytes(file));
    } else if (value instanceof String html) {
      return "<div>" + html + "</div>";
    }
    return "<pre>" + escape(String.valueOf(value)) + "</pre>";
  }

  private static String img(String type, byte[] content) {
    return Text.format(
        "<img src=\"data:%s;base64,%s\">", type, Base64.getEncoder().encodeToString(content));
  }

  /** By the first bytes, for a file's name may lie and an array has none. */
  private static String imageType(byte[] content) {
    String start = new String(content, 0, Math.min(8, content.length), StandardCharsets.ISO_8859_1);
    if (start.startsWith("GIF8")) {
      return "image/gif";
    } else if (start.startsWith("\u0089PNG")) {
      return "image/png";
    } else if (start.startsWith("\u00ff\u00d8")) {
      return "image/jpeg";
    }
    throw new IllegalArgumentException(
        Text.format("These %d bytes are not a GIF, PNG or JPEG picture", content.length));
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the picture " + file.toAbsolutePath(), e);
    }
  }

  private static byte[] png(RenderedImage image) {
    var out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static String table(Table table) {
    var html = new StringBuilder("<table>");
    if (table.name() != null && !table.name().isBlank()) {
      html.append("<caption>").append(escape(table.name())).append("</caption>");
    }
    html.append("<thead><tr>");
    table.columns().forEach(column -> cell(html, "th", column, column.name()));
    html.append("</tr></thead><tbody>");
    for (int row = 0; row < Math.min(MOST_ROWS, table.rowCount()); row++) {
      html.append("<tr>");
      for (Column<?> column : table.columns()) {
        cell(html, "td", column, column.isMissing(row) ? "" : text(column.get(row)));
      }
      html.append("</tr>");
    }
    html.append("</tbody></table>");
    if (table.rowCount() > MOST_ROWS) {
      html.append(Text.format("<div>and %d more rows</div>", table.rowCount() - MOST_ROWS));
    }
    return html.toString();
  }

  private static void cell(StringBuilder html, String tag, Column<?> column, String content) {
    String side = column instanceof NumericColumn ? "right" : "left";
    html.append(
        Text.format("<%s style=\"text-align: %s\">%s</%s>", tag, side, escape(content), tag));
  }

  /** A fraction is rounded to 4 significant digits, but never left of its decimal point. */
  static String text(Object value) {
    boolean fraction = value instanceof Double || value instanceof Float;
    if (!fraction || !Double.isFinite(((Number) value).doubleValue())) {
      return String.valueOf(value);
    }
    var exact = new BigDecimal(value.toString());
    if (exact.signum() == 0) {
      return "0";
    }
    int wholeDigits = exact.precision() - exact.scale();
    if (wholeDigits < -3 || wholeDigits > 9) {
      return Text.format("%.3e", exact);
    }
    BigDecimal rounded = exact.round(new MathContext(Math.max(DIGITS, wholeDigits)));
    return rounded.stripTrailingZeros().toPlainString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
