package org.adversaria.kernel.help;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.TypeMirror;

/** Collects completions and puts them in order. */
final class Proposals {

  /** Where a proposal comes from; what comes first is likelier. */
  enum Origin {
    NEAR,
    NOTEBOOK_VARIABLE,
    NOTEBOOK_METHOD,
    NOTEBOOK_TYPE,
    IMPORTED_MEMBER,
    IMPORTED_TYPE,
    OBJECT,
    KEYWORD,
    PACKAGE,
    JDK_NOT_IMPORTED,
    NOT_IMPORTED
  }

  private static final class Found {
    final String name;
    final String type;
    final Origin origin;
    final List<String> signatures = new ArrayList<>();
    boolean method;
    boolean parameters;
    boolean matches;

    Found(String name, String type, Origin origin) {
      this.name = name;
      this.type = type;
      this.origin = origin;
    }
  }

  private final String prefix;
  private final boolean called;
  private final Map<String, Found> found = new LinkedHashMap<>();

  /**
   * Nothing yet.
   *
   * @param prefix what names have to begin with, in either case
   * @param called whether a bracket follows already
   */
  Proposals(String prefix, boolean called) {
    this.prefix = prefix;
    this.called = called;
  }

  boolean accepts(CharSequence name) {
    return name.toString().regionMatches(true, 0, prefix, 0, prefix.length());
  }

  /** Adds a name, unless it is there. */
  void add(String name, String type, Origin origin, String signature) {
    if (accepts(name)) {
      found.computeIfAbsent(name, key -> new Found(name, type, origin)).signatures.add(signature);
    }
  }

  /** Adds a name that has the expected type, or is it. */
  void addExpected(String name, String type, Origin origin, String signature) {
    add(name, type, origin, signature);
    if (accepts(name)) {
      found.get(name).matches = true;
    }
  }

  /** Adds a type by its full name, though it begins with something else. */
  void addQualified(String name, Origin origin) {
    var type = new Found(name, Completion.CLASS, origin);
    type.signatures.add(name);
    found.putIfAbsent(name, type);
  }

  void add(TypeElement type, Origin origin) {
    String name = type.getSimpleName().toString();
    if (accepts(name)) {
      add(name, Completion.CLASS, origin, Signatures.declaration(type));
    }
  }

  void add(Element variable, TypeMirror type, Origin origin, Expected expected) {
    String name = variable.getSimpleName().toString();
    if (accepts(name) && !found.containsKey(name)) {
      add(name, Completion.INSTANCE, origin, name + ": " + Signatures.type(type));
      found.get(name).matches = expected.matches(type);
    }
  }

  /** Adds a method; its overloads are one proposal. */
  void add(ExecutableElement method, ExecutableType type, Origin origin, Expected expected) {
    String name = method.getSimpleName().toString();
    if (accepts(name)) {
      Found all =
          found.computeIfAbsent(name + "(", key -> new Found(name, Completion.FUNCTION, origin));
      all.method = true;
      all.parameters |= !method.getParameters().isEmpty();
      all.matches |= expected.matches(type.getReturnType());
      String signature = Signatures.completion(method, type);
      if (!all.signatures.contains(signature)) {
        all.signatures.add(signature);
      }
    }
  }

  /** Everything, the likeliest first. */
  List<Completion> sorted() {
    return found.values().stream()
        .sorted(
            Comparator.<Found, Boolean>comparing(one -> !one.matches)
                .thenComparing(one -> !one.name.startsWith(prefix))
                .thenComparing(one -> one.origin)
                .thenComparing(one -> one.name))
        .map(this::completion)
        .toList();
  }

  private Completion completion(Found one) {
    String brackets = called ? "" : one.parameters ? "(" : "()";
    int more = one.method ? one.signatures.size() - 1 : 0;
    String shortest =
        one.signatures.stream().min(Comparator.comparingInt(String::length)).orElse(one.name);
    String signature = more > 0 ? shortest + "  (+" + more + ")" : shortest;
    return new Completion(one.method ? one.name + brackets : one.name, one.type, signature);
  }
}
