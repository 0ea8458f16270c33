package org.adversaria.kernel.protocol;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Messages as a front end writes and reads them, without the kernel's own code. */
public final class Wire {

  /** The key of all connections in these tests. */
  public static final String KEY = "0123-4567";

  static final String DELIMITER = "<IDS|MSG>";

  private Wire() {}

  /** The frames of a signed message without identities. */
  static List<byte[]> frames(String header, String parent, String metadata, String content) {
    var frames = new ArrayList<byte[]>();
    frames.add(bytes(DELIMITER));
    frames.add(bytes(signature(KEY, header, parent, metadata, content)));
    for (String part : List.of(header, parent, metadata, content)) {
      frames.add(bytes(part));
    }
    return frames;
  }

  /** The frames of a request. */
  public static List<byte[]> request(String type, String id, String content) {
    return frames(header(type, id), "{}", "{}", content);
  }

  static String header(String type, String id) {
    var header = new JsonObject();
    header.addProperty("msg_id", id);
    header.addProperty("session", "session-1");
    header.addProperty("username", "user");
    header.addProperty("date", "2024-02-03T04:05:06.789Z");
    header.addProperty("msg_type", type);
    header.addProperty("version", "5.3");
    return header.toString();
  }

  static String signature(String key, String... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(bytes(key), "HmacSHA256"));
      for (String part : parts) {
        mac.update(bytes(part));
      }
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a front end reads; the signature has been compared. */
  public record Read(
      List<String> identities,
      JsonObject header,
      JsonObject parent,
      JsonObject metadata,
      JsonObject content,
      List<byte[]> buffers) {

    /** The type in the header. */
    public String type() {
      return header.get("msg_type").getAsString();
    }

    /** The identifier of the message that this one answers. */
    public String parentId() {
      return parent.get("msg_id").getAsString();
    }

    /** A text of the content. */
    public String text(String name) {
      return content.get(name).getAsString();
    }
  }

  static Read read(List<byte[]> frames) {
    List<String> texts = frames.stream().map(Wire::text).toList();
    int delimiter = texts.indexOf(DELIMITER);
    List<String> parts = texts.subList(delimiter + 2, delimiter + 6);
    String expected = signature(KEY, parts.toArray(new String[0]));
    if (!expected.equals(texts.get(delimiter + 1))) {
      throw new AssertionError("The signature is " + texts.get(delimiter + 1));
    }
    return new Read(
        texts.subList(0, delimiter),
        json(parts.get(0)),
        json(parts.get(1)),
        json(parts.get(2)),
        json(parts.get(3)),
        frames.subList(delimiter + 6, frames.size()));
  }

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
