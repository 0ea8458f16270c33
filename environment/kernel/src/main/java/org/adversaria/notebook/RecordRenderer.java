package org.adversaria.notebook;

import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Records as {@code Point[x=1, y=2]}, or by their own toString where they have one; pictures,
 * tables and the like among the components are shown.
 */
final class RecordRenderer implements Renderer<Record> {

  private static final int MOST_TO_PRINT = 1_000;

  @Override
  public MimeBundle render(Record record) {
    String text = Inline.of(record);
    List<Map.Entry<String, Object>> components = components(record);
    List<Map.Entry<String, Object>> rich =
        components.stream().filter(each -> Gallery.isRich(each.getValue())).toList();
    if (rich.isEmpty()) {
      return LongText.render(text);
    }
    String others = rich.size() < components.size() ? Html.note(text) : "";
    String html = others + Gallery.html(rich.iterator(), rich.size(), each -> each);
    return MimeBundle.html(html, text);
  }

  @Override
  public void inline(Record record, Inline out) {
    List<Map.Entry<String, Object>> components = components(record);
    if (hasOwnText(record, components)) {
      out.leaf(record.toString());
    } else {
      String name = record.getClass().getSimpleName();
      out.elements(name + "[", components.iterator(), components.size(), "]");
    }
  }

  private static List<Map.Entry<String, Object>> components(Record record) {
    return Arrays.stream(record.getClass().getRecordComponents())
        .map(each -> entry(each.getName(), read(record, each)))
        .toList();
  }

  private static Map.Entry<String, Object> entry(String name, Object value) {
    return new SimpleImmutableEntry<>(name, value);
  }

  static Object read(Record record, RecordComponent component) {
    Method accessor = component.getAccessor();
    try {
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (InvocationTargetException e) {
      return "(" + Renderers.failed(record, e.getCause()) + ")";
    } catch (IllegalAccessException | InaccessibleObjectException e) {
      return "(not accessible)";
    }
  }

  /** Whether toString says something else than what every record has. */
  private static boolean hasOwnText(Record record, List<Map.Entry<String, Object>> components) {
    if (components.stream().anyMatch(each -> isLong(each.getValue()))) {
      return false;
    }
    try {
      String standard =
          components.stream()
              .map(each -> each.getKey() + "=" + each.getValue())
              .collect(Collectors.joining(", ", record.getClass().getSimpleName() + "[", "]"));
      return !standard.equals(record.toString());
    } catch (StackOverflowError e) { // it contains itself
      return false;
    }
  }

  /** Values that take long to print, or more than a line. */
  private static boolean isLong(Object value) {
    return value instanceof Collection<?> collection && collection.size() > MOST_TO_PRINT
        || value instanceof Map<?, ?> map && map.size() > MOST_TO_PRINT
        || Gallery.isRich(value);
  }
}
