package org.adversaria.notebook;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.adversaria.config.SettingsJson;
import org.adversaria.training.Method;
import tech.tablesaw.api.Table;

/** Methods' settings as a table; settings inside a setting have names with dots. */
final class MethodSettings {

  private MethodSettings() {}

  static Table table(String title, List<String> names, Method<?>... methods) {
    List<Map<String, String>> settings =
        Arrays.stream(methods).map(method -> flat(SettingsJson.write(method.settings()))).toList();
    Set<String> keys = new LinkedHashSet<>();
    settings.forEach(each -> keys.addAll(each.keySet()));
    var columns = Stream.concat(Stream.of("setting"), names.stream()).toArray(String[]::new);
    var rows = new Rows(title, columns);
    for (String key : keys) {
      Stream<String> values = settings.stream().map(each -> each.getOrDefault(key, ""));
      rows.add(Stream.concat(Stream.of(key), values).toArray());
    }
    return rows.table();
  }

  static Map<String, String> flat(Map<?, ?> settings) {
    Map<String, String> flat = new LinkedHashMap<>();
    flatten("", settings, flat);
    return flat;
  }

  private static void flatten(String prefix, Map<?, ?> settings, Map<String, String> flat) {
    settings.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> inner) {
            flatten(prefix + key + ".", inner, flat);
          } else if (value != null) {
            flat.put(prefix + key, RunRecordRenderer.setting(value));
          }
        });
  }
}
