package org.adversaria.notebook;

import java.util.function.Function;

/** Values that a text says everything of; a long one is folded. */
final class TextRenderer<T> implements Renderer<T> {

  private final Function<? super T, String> text;

  TextRenderer(Function<? super T, String> text) {
    this.text = text;
  }

  @Override
  public MimeBundle render(T value) {
    return LongText.render(text(value));
  }

  @Override
  public void inline(T value, Inline out) {
    out.leaf(text(value));
  }

  private String text(T value) {
    String said = text.apply(value);
    return said == null ? "null" : said; // a toString may return null
  }
}
