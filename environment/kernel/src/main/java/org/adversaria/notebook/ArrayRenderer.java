package org.adversaria.notebook;

import java.lang.reflect.Array;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.adversaria.torch.Text;

/** Java's arrays as {@code int[3] {1, 2, 3}} and {@code int[2][] {{1, 2}, {3}}}. */
final class ArrayRenderer implements Renderer<Object> {

  @Override
  public MimeBundle render(Object array) {
    return array instanceof Object[] objects
        ? CollectionRenderer.renderArray(objects)
        : MimeBundle.text(Inline.of(array));
  }

  @Override
  public void inline(Object array, Inline out) {
    Class<?> element = array.getClass().getComponentType();
    String rest = "";
    while (element.isArray()) {
      rest += "[]";
      element = element.getComponentType();
    }
    String start = Text.format("%s[%d]%s ", element.getSimpleName(), Array.getLength(array), rest);
    out.elements(start + "{", elements(array), Array.getLength(array), "}");
  }

  private static Iterator<?> elements(Object array) {
    boolean nested = array.getClass().getComponentType().isArray();
    return IntStream.range(0, Array.getLength(array))
        .mapToObj(i -> Array.get(array, i))
        .map(each -> nested && each != null ? new Nested(each) : each)
        .iterator();
  }

  /** An array within an array, whose type the outer one has told. */
  record Nested(Object array) {}

  /** Writes an array within an array without its type. */
  static final class OfNested implements Renderer<Nested> {

    @Override
    public MimeBundle render(Nested nested) {
      return MimeBundle.text(Inline.of(nested));
    }

    @Override
    public void inline(Nested nested, Inline out) {
      out.elements("{", elements(nested.array), Array.getLength(nested.array), "}");
    }
  }
}
