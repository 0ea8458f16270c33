package org.adversaria.reference;

import java.util.Map;
import java.util.TreeMap;

/** The registry: which function of the library answers for which component of a reference case. */
public final class ReferenceComponents {

  private static final Map<String, Component> COMPONENTS = new TreeMap<>();

  private ReferenceComponents() {}

  /**
   * Returns all entries.
   *
   * @return the functions by the name of the component
   */
  public static Map<String, Component> all() {
    return Map.copyOf(COMPONENTS);
  }
}
