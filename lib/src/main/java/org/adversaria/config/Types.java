package org.adversaria.config;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.adversaria.torch.Text;

/**
 * Names of classes in JSON.
 *
 * <p>A class beside the declared interface, nested in it or of its package, has its simple name,
 * such as {@code Hinge}; any other class its full name, such as {@code com.acme.MyLoss}, and is
 * found on the class path. A class of a notebook's cell has its simple name, which is found after
 * its first use in this process or after {@link #register}. In a new session the cell that defines
 * it has to run first. It may not have the name of a class beside the declared interface.
 */
public final class Types {

  /** The prefix of the packages of JShell's classes, those that notebook cells declare. */
  private static final String CELLS = "REPL.";

  private static final Map<String, Class<?>> REGISTERED = new ConcurrentHashMap<>();

  private Types() {}

  /**
   * Registers a class of a notebook's cell under its simple name, and replaces an older one of that
   * name.
   *
   * @param type the class
   */
  public static void register(Class<?> type) {
    REGISTERED.put(type.getSimpleName(), type);
  }

  /**
   * Returns the name of a class in JSON.
   *
   * @param declared the declared type of a setting
   * @param type the class of its value
   * @return the name
   * @throws IllegalArgumentException if a cell's class has the name of a class beside the interface
   */
  public static String name(Class<?> declared, Class<?> type) {
    if (type.getName().startsWith(CELLS)) {
      requireOwnName(declared, type);
      register(type);
      return type.getSimpleName();
    }
    boolean beside = beside(declared, type.getSimpleName()).anyMatch(type.getName()::equals);
    return beside ? type.getSimpleName() : type.getName();
  }

  /**
   * Finds the class of a name.
   *
   * @param declared the declared type of a setting
   * @param name what {@link #name} returned, perhaps in another process
   * @return the class, a subtype of the declared type
   * @throws IllegalArgumentException if there is none
   */
  public static Class<?> find(Class<?> declared, String name) {
    Stream<String> names = name.indexOf('.') < 0 ? beside(declared, name) : Stream.of(name);
    return Stream.concat(
            names.map(Types::load).filter(Objects::nonNull),
            Stream.ofNullable(REGISTERED.get(name)))
        .filter(type -> declared.isAssignableFrom(type) && !type.isInterface())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(unknown(declared, name)));
  }

  private static void requireOwnName(Class<?> declared, Class<?> type) {
    beside(declared, type.getSimpleName())
        .map(Types::load)
        .filter(Objects::nonNull)
        .filter(declared::isAssignableFrom)
        .findFirst()
        .ifPresent(
            other -> {
              throw new IllegalArgumentException(
                  Text.format(
                      "A run's record could not tell the cell's class %s from %s: give it another"
                          + " name",
                      type.getSimpleName(), other.getName()));
            });
  }

  private static String unknown(Class<?> declared, String name) {
    return Text.format(
        "There is no %s named '%s'. A class of a notebook's cell is registered by Types.register(%s.class)"
            + " after the cell has run; one of another jar has to be on the class"
            + " path",
        declared.getSimpleName(),
        Text.visible(name),
        Text.visible(name.substring(name.lastIndexOf('.') + 1)));
  }

  /** Nested in the declared type, in the interfaces above it, or in their packages. */
  private static Stream<String> beside(Class<?> declared, String simpleName) {
    Stream<String> nested =
        Stream.of(
            declared.getName() + "$" + simpleName, declared.getPackageName() + "." + simpleName);
    Class<?> enclosing = declared.getEnclosingClass();
    Stream<String> sibling =
        enclosing == null ? Stream.empty() : Stream.of(enclosing.getName() + "$" + simpleName);
    return Stream.concat(
        Stream.concat(nested, sibling),
        Arrays.stream(declared.getInterfaces())
            .filter(type -> type.getName().startsWith("org.adversaria."))
            .flatMap(type -> beside(type, simpleName)));
  }

  /** The class of a full name, not initialised; null if there is none. */
  private static Class<?> load(String name) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    for (ClassLoader each : new ClassLoader[] {loader, Types.class.getClassLoader()}) {
      try {
        return Class.forName(name, false, each);
      } catch (ClassNotFoundException | NoClassDefFoundError e) {
        // Try the next loader.
      }
    }
    return null;
  }
}
