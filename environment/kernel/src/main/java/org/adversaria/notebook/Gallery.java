package org.adversaria.notebook;

import java.util.Iterator;
import java.util.Map;
import java.util.function.Function;
import org.adversaria.torch.Text;

/** Pictures, tables and the like beside one another, each with a caption. */
final class Gallery {

  private static final int MOST = 24;

  private Gallery() {}

  /** Whether a value is a picture, a table or the like. */
  static boolean isRich(Object value) {
    return value != null && Renderers.registered(value) == null && BuiltIn.of(value).isRich();
  }

  /** HTML of the first values; an empty caption is left out. */
  static <T> String html(
      Iterator<T> items, int size, Function<T, Map.Entry<String, Object>> captioned) {
    var html = new StringBuilder("<div style=\"display: flex; flex-wrap: wrap; gap: 1em\">");
    for (int i = 0; i < MOST && items.hasNext(); i++) {
      Map.Entry<String, Object> item = captioned.apply(items.next());
      html.append("<figure style=\"margin: 0\">");
      if (!item.getKey().isEmpty()) {
        html.append("<figcaption>").append(Html.escape(item.getKey())).append("</figcaption>");
      }
      html.append(Html.of(Renderers.render(item.getValue()))).append("</figure>");
    }
    html.append("</div>");
    return size > MOST
        ? html + Html.note(Text.format("and %,d more", size - MOST))
        : html.toString();
  }
}
