package org.adversaria.kernel.help;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.Parameterizable;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/** Declarations in one line, with simple names of types. */
final class Signatures {

  private static final Pattern QUALIFIER = Pattern.compile("(?<![\\w$.])(?:[\\p{Ll}_][\\w$]*\\.)+");
  private static final Pattern ANNOTATION = Pattern.compile("@[\\w.]+(?:\\([^)]*\\))? ?");

  private Signatures() {}

  /** The type without its packages and annotations. */
  static String type(TypeMirror type) {
    String text = ANNOTATION.matcher(type.toString()).replaceAll("");
    return QUALIFIER
        .matcher(text)
        .replaceAll("")
        .replace(CellSource.CELL + ".", "")
        .replace(CellSource.NOTEBOOK + ".", "")
        .replaceAll("capture#\\d+ of ", "")
        .replaceAll(",(?=\\S)", ", ");
  }

  /** A method for a list of completions: {@code name(int, String): Type}. */
  static String completion(ExecutableElement method, ExecutableType type) {
    String parameters = parameters(method, type.getParameterTypes(), List.of());
    return method.getSimpleName() + "(" + parameters + "): " + type(type.getReturnType());
  }

  /**
   * A method or constructor as it is declared, with its parameters' names where they are known.
   *
   * @param type its type as a member of the type that it is called on
   * @param names the parameters' names; empty where there is no source
   */
  static String declaration(ExecutableElement method, ExecutableType type, List<String> names) {
    var text = new StringBuilder(modifiers(method));
    text.append(typeParameters(method));
    if (method.getKind() == ElementKind.CONSTRUCTOR) {
      text.append(method.getEnclosingElement().getSimpleName());
    } else {
      text.append(type(type.getReturnType())).append(' ');
      text.append(method.getEnclosingElement().getSimpleName()).append('.');
      text.append(method.getSimpleName());
    }
    text.append('(').append(parameters(method, type.getParameterTypes(), names)).append(')');
    if (!method.getThrownTypes().isEmpty()) {
      text.append(" throws ").append(types(method.getThrownTypes(), ", "));
    }
    return text.toString()
        .replace(CellSource.CELL + ".", "")
        .replace(CellSource.NOTEBOOK + ".", "");
  }

  /** A class, interface, enum or record as it is declared. */
  static String declaration(TypeElement type) {
    var text = new StringBuilder(modifiers(type));
    String kind = type.getKind().name().toLowerCase(Locale.ROOT);
    text.append(type.getKind() == ElementKind.ANNOTATION_TYPE ? "@interface" : kind).append(' ');
    text.append(type.getSimpleName());
    String parameters = typeParameters(type).strip();
    text.append(parameters);
    if (type.getKind() == ElementKind.RECORD) {
      text.append(
          type.getRecordComponents().stream()
              .map(part -> type(part.asType()) + " " + part.getSimpleName())
              .collect(Collectors.joining(", ", "(", ")")));
    }
    TypeMirror parent = type.getSuperclass();
    if (type.getKind() == ElementKind.CLASS
        && parent.getKind() == TypeKind.DECLARED
        && !isObject(((DeclaredType) parent).asElement())) {
      text.append(" extends ").append(type(parent));
    }
    if (!type.getInterfaces().isEmpty()) {
      text.append(type.getKind() == ElementKind.INTERFACE ? " extends " : " implements ");
      text.append(types(type.getInterfaces(), ", "));
    }
    return text.toString();
  }

  /** A variable or field: its type and name. */
  static String variable(Element variable, TypeMirror type) {
    String owner =
        variable.getKind() == ElementKind.FIELD || variable.getKind() == ElementKind.ENUM_CONSTANT
            ? variable.getEnclosingElement().getSimpleName() + "."
            : "";
    boolean ours = owner.equals(CellSource.CELL + ".") || owner.equals(CellSource.NOTEBOOK + ".");
    String modifiers = ours ? "" : modifiers(variable);
    return modifiers + type(type) + " " + (ours ? "" : owner) + variable.getSimpleName();
  }

  static boolean isObject(Element type) {
    return type instanceof TypeElement element
        && element.getQualifiedName().contentEquals("java.lang.Object");
  }

  private static String parameters(
      ExecutableElement method, List<? extends TypeMirror> types, List<String> names) {
    int last = types.size() - 1;
    return IntStream.rangeClosed(0, last)
        .mapToObj(
            i -> {
              String type = type(types.get(i));
              if (i == last && method.isVarArgs() && type.endsWith("[]")) {
                type = type.substring(0, type.length() - 2) + "...";
              }
              return names.size() == types.size() ? type + " " + names.get(i) : type;
            })
        .collect(Collectors.joining(", "));
  }

  private static String typeParameters(Parameterizable element) {
    if (element.getTypeParameters().isEmpty()) {
      return "";
    }
    return element.getTypeParameters().stream()
        .map(
            parameter -> {
              var bounds = parameter.getBounds().stream().filter(b -> !isObject(b)).toList();
              return parameter.getSimpleName()
                  + (bounds.isEmpty() ? "" : " extends " + types(bounds, " & "));
            })
        .collect(Collectors.joining(", ", "<", "> "));
  }

  private static boolean isObject(TypeMirror type) {
    return type.toString().equals("java.lang.Object");
  }

  private static String types(List<? extends TypeMirror> types, String between) {
    return types.stream().map(Signatures::type).collect(Collectors.joining(between));
  }

  private static String modifiers(Element element) {
    boolean inInterface = element.getEnclosingElement().getKind().isInterface();
    boolean ours =
        element.getEnclosingElement().getSimpleName().contentEquals(CellSource.CELL)
            || element.getEnclosingElement().getSimpleName().contentEquals(CellSource.NOTEBOOK);
    return element.getModifiers().stream()
        .filter(modifier -> modifier != Modifier.PUBLIC && !ours)
        .filter(modifier -> modifier != Modifier.NATIVE && modifier != Modifier.SYNCHRONIZED)
        .filter(
            modifier ->
                !(inInterface || element.getKind().isInterface()) || modifier != Modifier.ABSTRACT)
        .filter(
            modifier ->
                modifier != Modifier.FINAL
                    || element.getKind() != ElementKind.RECORD
                        && element.getKind() != ElementKind.ENUM)
        .map(modifier -> modifier + " ")
        .collect(Collectors.joining());
  }
}
