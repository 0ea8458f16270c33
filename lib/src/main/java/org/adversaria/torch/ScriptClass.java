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
  private final Set<String> methods = new LinkedHashSet<>();
  private ScriptType state;

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

  /** Whether its instances are objects with attributes, and no tuples or constants. */
  boolean hasObjects() {
    return base.isEmpty() || base.equals("Module");
  }

  /** Whether it only declares methods, which PyTorch calls by their names. */
  boolean isInterface() {
    return base.endsWith("Interface");
  }

  /** The types of the attributes, in the order of the code. */
  Map<String, ScriptType> attributes() {
    return attributes;
  }

  Set<String> methods() {
    return methods;
  }

  /** Whether self.name is the class's own, whatever operators PyTorch has. */
  boolean owns(String member) {
    return attributes.containsKey(member) || methods.contains(member);
  }

  void setState(ScriptType type) {
    state = type;
  }

  /** What {@code __setstate__} takes in place of attributes; null if they are stored. */
  ScriptType state() {
    return methods.contains("__getstate__") ? state : null;
  }
}
