package org.adversaria.notebook;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Records of one type as a table with a column for each component. */
final class RecordTable {

  private RecordTable() {}

  /** HTML of the table, if the elements are records of one type that has no look of its own. */
  static Optional<String> html(Collection<?> elements) {
    Object first = elements.isEmpty() ? null : elements.iterator().next();
    if (!(first instanceof Record record)
        || Renderers.registered(record) != null
        || BuiltIn.of(record).getClass() != RecordRenderer.class
        || record.getClass().getRecordComponents().length == 0
        || !elements.stream().allMatch(each -> isA(record.getClass(), each))) {
      return Optional.empty();
    }
    return Optional.of(grid(record.getClass(), elements).html());
  }

  private static boolean isA(Class<?> type, Object element) {
    return element != null && element.getClass() == type;
  }

  private static Grid grid(Class<? extends Record> type, Collection<?> elements) {
    var grid = new Grid("");
    for (RecordComponent component : type.getRecordComponents()) {
      grid.column(component.getName(), "", isNumber(component.getType()));
    }
    Iterator<?> records = elements.iterator();
    grid.rows(elements.size(), row -> cells((Record) records.next()));
    return grid;
  }

  private static boolean isNumber(Class<?> type) {
    boolean primitive = type.isPrimitive() && type != boolean.class && type != char.class;
    return primitive || Number.class.isAssignableFrom(type);
  }

  private static List<String> cells(Record record) {
    List<String> cells = new ArrayList<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      cells.add(cell(RecordRenderer.read(record, component)));
    }
    return cells;
  }

  /** A null leaves its cell empty. */
  private static String cell(Object value) {
    if (value == null) {
      return "";
    }
    return value instanceof Number number ? Numbers.rounded(number) : Inline.of(value);
  }
}
