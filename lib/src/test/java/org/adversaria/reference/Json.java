package org.adversaria.reference;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** JSON as numerical programs write it: {@code NaN} and {@code Infinity} are numbers. */
public final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();
  private static final int EXCERPT = 120;

  private Json() {}

  public static JsonNode read(Path file) throws IOException {
    return MAPPER.readTree(file.toFile());
  }

  /** The first of the fields that an object has; a missing node where it has none of them. */
  public static JsonNode first(JsonNode object, String... names) {
    for (String name : names) {
      if (object.hasNonNull(name)) {
        return object.get(name);
      }
    }
    return MissingNode.getInstance();
  }

  static long[] longs(JsonNode list) {
    return IntStream.range(0, list.size()).mapToLong(i -> list.get(i).asLong()).toArray();
  }

  public static String abbreviate(JsonNode json) {
    String text = json.toString();
    return text.length() <= EXCERPT ? text : text.substring(0, EXCERPT) + "...";
  }
}
