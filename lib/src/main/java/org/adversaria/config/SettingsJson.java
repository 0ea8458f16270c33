package org.adversaria.config;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.Type;
import java.util.Map;
import org.adversaria.torch.Text;

/** Converts records of settings to JSON values and back. */
public final class SettingsJson {

  /**
   * Fails on a missing setting: Jackson's default, zero, would be another method. Settings are the
   * components of a record, and not what its other methods compute of them.
   */
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setVisibility(PropertyAccessor.GETTER, JsonAutoDetect.Visibility.NONE)
          .setVisibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
          .setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
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
      // Through text, which makes int and long, array and list equal.
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
   * @throws IllegalArgumentException if the values are not those of the type; the message names the
   *     missing or unknown one
   */
  public static Object read(Map<String, Object> values, Type type) {
    try {
      return JSON.convertValue(values, JSON.constructType(type));
    } catch (IllegalArgumentException e) {
      // The first line only: the others are Jackson's location.
      throw new IllegalArgumentException(
          Text.visible(e.getMessage().lines().findFirst().orElseThrow()), e);
    }
  }
}
