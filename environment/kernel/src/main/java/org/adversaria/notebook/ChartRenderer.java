package org.adversaria.notebook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.internal.chartpart.Chart;

/** A chart of XChart as PNG. */
final class ChartRenderer implements Renderer<Chart<?, ?>> {

  @Override
  public MimeBundle render(Chart<?, ?> chart) {
    try {
      byte[] png = ChartEncoder.getBytes(chart, "png");
      return Pictures.of(Pictures.PNG, png, text(chart), Optional.of(size(chart)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void inline(Chart<?, ?> chart, Inline out) {
    out.leaf(text(chart));
  }

  @Override
  public boolean isRich() {
    return true;
  }

  private static Pictures.Size size(Chart<?, ?> chart) {
    return new Pictures.Size(chart.getWidth(), chart.getHeight());
  }

  private static String text(Chart<?, ?> chart) {
    String title = chart.getTitle();
    String named = title == null || title.isBlank() ? "chart" : "chart \"" + title + "\"";
    return named + ", " + size(chart);
  }
}
