package org.adversaria.notebook;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;

/**
 * Lists, sets and other collections as {@code [1, 2, 3]}; one of records as a table, one of
 * pictures or tables with these.
 */
final class CollectionRenderer implements Renderer<Collection<?>> {

  @Override
  public MimeBundle render(Collection<?> collection) {
    String text = Inline.of(collection);
    Optional<String> table = RecordTable.html(collection);
    if (table.isPresent()) {
      return MimeBundle.html(table.get(), text);
    } else if (collection.isEmpty() || !collection.stream().allMatch(Gallery::isRich)) {
      return MimeBundle.text(text);
    }
    String html =
        Gallery.html(
            collection.iterator(),
            collection.size(),
            value -> new SimpleImmutableEntry<>("", value));
    return MimeBundle.html(html, text);
  }

  /** The same for an array of objects, which has other plain text. */
  static MimeBundle renderArray(Object[] array) {
    MimeBundle asList = new CollectionRenderer().render(Arrays.asList(array));
    Object html = asList.data().get(MimeBundle.HTML);
    String text = Inline.of(array);
    return html == null ? MimeBundle.text(text) : MimeBundle.html(html.toString(), text);
  }

  @Override
  public void inline(Collection<?> collection, Inline out) {
    out.elements("[", collection.iterator(), collection.size(), "]");
  }
}
