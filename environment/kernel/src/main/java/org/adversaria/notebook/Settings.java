package org.adversaria.notebook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.adversaria.torch.Text;

/**
 * The values of {@code --set}. They arrive URL-encoded, {@code steps=20&name=a+b}, in the
 * environment variable ADVERSARIA_SETTINGS; the file that ADVERSARIA_SETTINGS_ASKED names collects
 * the keys that were asked for, so that the runner can tell of a key that nobody reads.
 */
final class Settings {

  private static final Settings OF_PROCESS = new Settings(System.getenv());

  private final Map<String, String> given;
  private final String asked;

  Settings(Map<String, String> environment) {
    given = new ConcurrentHashMap<>(parse(environment.getOrDefault("ADVERSARIA_SETTINGS", "")));
    asked = environment.get("ADVERSARIA_SETTINGS_ASKED");
  }

  /** The settings that this process was started with. */
  static Settings ofProcess() {
    return OF_PROCESS;
  }

  private static Map<String, String> parse(String query) {
    var given = new LinkedHashMap<String, String>();
    for (String pair : query.split("&")) {
      String[] parts = pair.split("=", 2);
      if (parts.length == 2) {
        given.put(decode(parts[0]), decode(parts[1]));
      }
    }
    return given;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  void give(String key, String value) {
    given.put(key, value);
  }

  <T> T read(String key, T standard, String kind, Function<String, T> parser) {
    noteAsked(key);
    String value = given.get(key);
    if (value == null) {
      return standard;
    }
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          Text.format(
              "--set %s=%s: the setting \"%s\" takes %s (its default is %s)",
              key, value, key, kind, standard),
          e);
    }
  }

  static boolean parseBoolean(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private void noteAsked(String key) {
    if (asked == null) {
      return;
    }
    try {
      Files.writeString(
          Path.of(asked), key + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
