package org.adversaria.training;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.Map;
import org.adversaria.config.SettingsJson;
import org.adversaria.config.SettingsPaths;
import org.adversaria.torch.Text;

/** Methods from their settings. */
public final class MethodSettings {

  private MethodSettings() {}

  /**
   * Returns a method with changed settings.
   *
   * @param method the method as it is
   * @param changes values by path, see {@link SettingsPaths#changed}
   * @return a method of the same class
   * @throws IllegalArgumentException if there is no such setting, or a value is none for it
   */
  public static Method<?> changed(Method<?> method, Map<String, String> changes) {
    if (changes.isEmpty()) {
      return method;
    }
    Map<String, Object> settings =
        SettingsPaths.changed(SettingsJson.write(method.settings()), changes);
    @SuppressWarnings("unchecked")
    var type = (Class<? extends Method<?>>) method.getClass();
    return create(type, settings);
  }

  /**
   * Creates a method by its constructor with one parameter, the record of its settings.
   *
   * @throws IllegalArgumentException if there is no such constructor, or the settings are not its
   *     own; the message has the cause
   */
  static Method<?> create(Class<? extends Method<?>> type, Map<String, Object> settings) {
    Constructor<?> constructor = constructor(type);
    Object read;
    try {
      read = SettingsJson.read(settings, constructor.getGenericParameterTypes()[0]);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          Text.format("The settings are not those of %s: %s", type.getSimpleName(), e.getMessage()),
          e);
    }
    try {
      constructor.setAccessible(true);
      return type.cast(constructor.newInstance(read));
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          Text.format("%s cannot be created from its settings: %s", type.getName(), reason(e)), e);
    }
  }

  private static Constructor<?> constructor(Class<?> type) {
    return Arrays.stream(type.getDeclaredConstructors())
        .filter(candidate -> candidate.getParameterCount() == 1)
        .filter(candidate -> Record.class.isAssignableFrom(candidate.getParameterTypes()[0]))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Text.format(
                        "%s cannot be created: it has no constructor with one parameter,"
                            + " the record of its settings",
                        type.getName())));
  }

  /** Why a constructor failed. */
  private static String reason(ReflectiveOperationException e) {
    Throwable cause = e instanceof InvocationTargetException ? e.getCause() : e;
    return cause instanceof RuntimeException ? cause.getMessage() : cause.toString();
  }
}
