package org.adversaria.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.adversaria.torch.Text;

/**
 * Settings by path: the names of components from outside to inside with dots between them, and
 * numbers from 0 for the elements of a list, such as {@code recipe.generator.beta1} or {@code
 * regularizers.0.gamma}.
 */
public final class SettingsPaths {

  private static final ObjectMapper JSON = new ObjectMapper();

  private SettingsPaths() {}

  /**
   * Returns all settings by path.
   *
   * @param settings what {@link SettingsJson#write} returned
   * @return numbers, strings and booleans by path, in the order of the settings; those that are
   *     null are left out, and of empty lists there is {@code []}
   */
  public static Map<String, Object> flat(Map<String, ?> settings) {
    var flat = new LinkedHashMap<String, Object>();
    flatten("", JSON.valueToTree(settings), flat);
    return flat;
  }

  private static void flatten(String path, JsonNode node, Map<String, Object> flat) {
    String prefix = path.isEmpty() ? "" : path + ".";
    if (node.isObject()) {
      node.properties().forEach(each -> flatten(prefix + each.getKey(), each.getValue(), flat));
    } else if (node.isArray() && !node.isEmpty()) {
      for (int i = 0; i < node.size(); i++) {
        flatten(prefix + i, node.get(i), flat);
      }
    } else if (!node.isNull()) {
      flat.put(path, JSON.convertValue(node, Object.class));
    }
  }

  /**
   * Changes settings.
   *
   * @param settings what {@link SettingsJson#write} returned; not changed
   * @param changes values by path, as text: a number, true or false, a name, or JSON for a setting
   *     that has parts
   * @return the changed settings
   * @throws IllegalArgumentException if there is no such setting; the message lists those there
   *     are. If a value is none for its setting; the message says what the setting has now
   */
  public static Map<String, Object> changed(Map<String, ?> settings, Map<String, String> changes) {
    ObjectNode root = JSON.valueToTree(settings);
    changes.forEach((path, value) -> change(root, path, value));
    return JSON.convertValue(root, new TypeReference<>() {});
  }

  private static void change(ObjectNode root, String path, String text) {
    int dot = path.lastIndexOf('.');
    JsonNode parent = dot < 0 ? root : find(root, path.substring(0, dot), path);
    String name = path.substring(dot + 1);
    JsonNode old = child(parent, name);
    if (old == null) {
      throw unknown(root, path);
    }
    JsonNode value = parse(path, text, old);
    if (parent instanceof ArrayNode list) {
      list.set(Integer.parseInt(name), value);
    } else {
      ((ObjectNode) parent).set(name, value);
    }
  }

  private static JsonNode find(ObjectNode root, String parents, String path) {
    JsonNode node = root;
    for (String name : parents.split("\\.", -1)) {
      node = child(node, name);
      if (node == null) {
        throw unknown(root, path);
      }
    }
    return node;
  }

  /** The part of that name or number; null if there is none. */
  private static JsonNode child(JsonNode node, String name) {
    return node.isArray() && name.matches("\\d{1,4}")
        ? node.get(Integer.parseInt(name))
        : node.get(name);
  }

  /** A text in place of a text is taken as it is, everything else has to be JSON of its kind. */
  private static JsonNode parse(String path, String text, JsonNode old) {
    if (old.isTextual()) {
      return JSON.getNodeFactory().textNode(text);
    }
    JsonNode value;
    try {
      value = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      value = null;
    }
    if (value == null || !old.isNull() && !kind(old).equals(kind(value))) {
      throw new IllegalArgumentException(
          Text.format("%s needs %s, such as its present %s, not '%s'", path, kind(old), old, text));
    }
    return value;
  }

  private static String kind(JsonNode value) {
    if (value.isNumber()) {
      return "a number";
    }
    if (value.isBoolean()) {
      return "true or false";
    }
    return value.isContainerNode() ? "JSON" : "a text";
  }

  private static IllegalArgumentException unknown(ObjectNode root, String path) {
    var flat = new LinkedHashMap<String, Object>();
    flatten("", root, flat);
    return new IllegalArgumentException(
        Text.format(
            "There is no setting '%s'; the settings are %s",
            path, flat.keySet().stream().collect(Collectors.joining(", "))));
  }
}
