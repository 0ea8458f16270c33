package org.adversaria.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.Type;
import java.util.Map;

/** Records of settings to JSON values and back. */
public final class SettingsJson {

  /** A record that lacks a setting is refused: a zero in its place would be another method. */
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  private SettingsJson() {}

  /**
   * Writes settings.
   *
   * @param settings a record
   * @return its components by name: numbers, strings, booleans, lists and maps
   */
  public static Map<String, Object> write(Record settings) {
    try {
      // By way of text, in which int and long, array and list do not differ.
      return JSON.readValue(JSON.writeValueAsString(settings), new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "These settings cannot be written as JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Reads settings.
   *
   * @param values what {@link #write} returned
   * @param type of the record
   * @return the record
   * @throws IllegalArgumentException if the values are not those of the type; the message says
   *     which is missing or unknown
   */
  public static Object read(Map<String, Object> values, Type type) {
    try {
      return JSON.convertValue(values, JSON.constructType(type));
    } catch (IllegalArgumentException e) {
      // Without the lines in which Jackson says where.
      throw new IllegalArgumentException(e.getMessage().lines().findFirst().orElseThrow(), e);
    }
  }
}
