package org.adversaria.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class TypeTableTest {

  interface Base {}

  interface Special extends Base {}

  static class Parent implements Special {}

  /** Says again that it is a Base, which is not nearer for that. */
  static class Child extends Parent implements Base {}

  private static TypeTable<Class<?>> of(Class<?>... types) {
    var table = new TypeTable<Class<?>>();
    for (Class<?> type : types) {
      table.put(type, type);
    }
    return table;
  }

  @Test
  void theNearestTypeCounts() {
    assertThat(of(Collection.class, List.class).find(ArrayList.class)).isEqualTo(List.class);
    assertThat(of(List.class, AbstractList.class).find(ArrayList.class))
        .isEqualTo(AbstractList.class);
    assertThat(of(Base.class, Special.class).find(Child.class)).isEqualTo(Special.class);
    assertThat(of(Base.class, Parent.class).find(Child.class)).isEqualTo(Parent.class);
    assertThat(of(Object.class, Base.class).find(Child.class)).isEqualTo(Base.class);
  }

  @Test
  void objectTakesWhatNoOtherDoes() {
    assertThat(of(Object.class, List.class).find(LinkedHashMap.class)).isEqualTo(Object.class);
    assertThat(of(List.class).find(LinkedHashMap.class)).isNull();
  }

  @Test
  void arraysAreOfTheTypesOfTheirElements() {
    assertThat(of(Object[].class).find(String[].class)).isEqualTo(Object[].class);
    assertThat(of(Object[].class).find(Base[].class)).isEqualTo(Object[].class);
    assertThat(of(Base[].class, Object[].class).find(Child[].class)).isEqualTo(Base[].class);
    assertThat(of(Object[].class).find(int[].class)).isNull();
    assertThat(of(int[].class).find(int[].class)).isEqualTo(int[].class);
  }
}
