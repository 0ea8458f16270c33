package org.adversaria.notebook;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** One place in a notebook, filled anew at every update. Safe for use by several threads. */
public final class Panel {

  private String id;

  Panel() {}

  /**
   * Replaces what the panel shows. It appears below the cell that first updates it.
   *
   * @param values what to show, one under the other, of the kinds that {@link Notebook#show} takes
   */
  public synchronized void update(Object... values) {
    MimeBundle content = compose(values);
    if (id == null) {
      id = Display.display(content);
    } else {
      Display.updateDisplay(id, content);
    }
  }

  /** Several values as one, in HTML and text. */
  static MimeBundle compose(Object... values) {
    List<MimeBundle> parts = Arrays.stream(Notebook.orNull(values)).map(Notebook::shown).toList();
    return MimeBundle.html(
        parts.stream().map(Html::of).collect(Collectors.joining("\n")),
        parts.stream()
            .map(part -> String.valueOf(part.data().get(MimeBundle.TEXT)))
            .collect(Collectors.joining("\n")));
  }
}
