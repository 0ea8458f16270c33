package org.adversaria.torch;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** A class in the code of a TorchScript file. */
final class ScriptClass {

  private final String name;
  private final String base;
  private final Map<String, ScriptType> attributes = new LinkedHashMap<>();
  private final Set<String> members = new LinkedHashSet<>();

  /**
   * Creates a class without members.
   *
   * @param name its full name
   * @param base the name of its base; empty if there is none
   */
  ScriptClass(String name, String base) {
    this.name = name;
    this.base = base;
  }

  String name() {
    return name;
  }

  String base() {
    return base;
  }

  /** The types of the attributes, in the order of the code. */
  Map<String, ScriptType> attributes() {
    return attributes;
  }

  /** The names of attributes, constants and methods. */
  Set<String> members() {
    return members;
  }
}
