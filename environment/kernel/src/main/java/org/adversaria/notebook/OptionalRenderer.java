package org.adversaria.notebook;

import java.util.Optional;

/** Optionals as {@code Optional[3]}, whatever they hold. */
final class OptionalRenderer implements Renderer<Optional<?>> {

  @Override
  public MimeBundle render(Optional<?> optional) {
    return MimeBundle.text(Inline.of(optional));
  }

  @Override
  public void inline(Optional<?> optional, Inline out) {
    if (optional.isEmpty()) {
      out.raw("Optional.empty");
    } else {
      out.raw("Optional[");
      out.value(optional.get());
      out.raw("]");
    }
  }
}
