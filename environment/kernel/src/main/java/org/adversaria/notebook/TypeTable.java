package org.adversaria.notebook;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Entries by type. For a class, the entry of its nearest type counts: a type is nearer than its own
 * supertypes, then by the number of steps up, then a superclass before an interface. Object is the
 * last of all. Safe for use by several threads.
 */
final class TypeTable<V> {

  private final Map<Class<?>, V> entries = new ConcurrentHashMap<>();

  void put(Class<?> type, V entry) {
    entries.put(type, entry);
  }

  /** The entry of the type nearest to a class, null if there is none. */
  V find(Class<?> type) {
    List<Class<?>> known = supertypes(type).stream().filter(entries::containsKey).toList();
    for (Class<?> candidate : known) {
      if (known.stream().allMatch(other -> other == candidate || !isBelow(other, candidate))) {
        return entries.get(candidate);
      }
    }
    return entries.get(Object.class);
  }

  private static boolean isBelow(Class<?> type, Class<?> supertype) {
    return supertype.isAssignableFrom(type);
  }

  /** The class and its supertypes without Object, breadth first. */
  private static Set<Class<?>> supertypes(Class<?> type) {
    Set<Class<?>> found = new LinkedHashSet<>();
    List<Class<?>> level = List.of(type);
    while (!level.isEmpty()) {
      List<Class<?>> next = new ArrayList<>();
      for (Class<?> each : level) {
        if (each != Object.class && found.add(each)) {
          next.addAll(directSupertypes(each));
        }
      }
      level = next;
    }
    return found;
  }

  private static List<Class<?>> directSupertypes(Class<?> type) {
    List<Class<?>> direct = new ArrayList<>();
    if (type.getSuperclass() != null) {
      direct.add(type.getSuperclass());
    }
    direct.addAll(List.of(type.getInterfaces()));
    if (type.isArray() && !type.getComponentType().isPrimitive()) {
      directSupertypes(type.getComponentType()).forEach(each -> direct.add(each.arrayType()));
      if (type.getComponentType().isInterface()) {
        direct.add(Object[].class);
      }
    }
    return direct;
  }
}
