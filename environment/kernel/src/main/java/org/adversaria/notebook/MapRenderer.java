package org.adversaria.notebook;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Map;

/** Maps as {@code {a=1, b=2}}; one of pictures or tables with these under their keys. */
final class MapRenderer implements Renderer<Map<?, ?>> {

  @Override
  public MimeBundle render(Map<?, ?> map) {
    String text = Inline.of(map);
    if (map.isEmpty() || !map.values().stream().allMatch(Gallery::isRich)) {
      return MimeBundle.text(text);
    }
    String html =
        Gallery.html(
            map.entrySet().iterator(),
            map.size(),
            entry -> new SimpleImmutableEntry<>(Inline.of(entry.getKey()), entry.getValue()));
    return MimeBundle.html(html, text);
  }

  @Override
  public void inline(Map<?, ?> map, Inline out) {
    out.elements("{", map.entrySet().iterator(), map.size(), "}");
  }

  /** A key and its value as {@code a=1}. */
  static final class OfEntry implements Renderer<Map.Entry<?, ?>> {

    @Override
    public MimeBundle render(Map.Entry<?, ?> entry) {
      return MimeBundle.text(Inline.of(entry));
    }

    @Override
    public void inline(Map.Entry<?, ?> entry, Inline out) {
      out.value(entry.getKey());
      out.raw("=");
      out.value(entry.getValue());
    }
  }
}
