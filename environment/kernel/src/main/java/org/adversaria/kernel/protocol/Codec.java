package org.adversaria.kernel.protocol;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.reflect.TypeToken;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.dflib.jjava.jupyter.kernel.ExpressionValue;
import org.dflib.jjava.jupyter.kernel.history.HistoryEntry;
import org.dflib.jjava.jupyter.messages.HMACGenerator;
import org.dflib.jjava.jupyter.messages.Header;
import org.dflib.jjava.jupyter.messages.KernelTimestamp;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageType;
import org.dflib.jjava.jupyter.messages.adapters.ExpressionValueAdapter;
import org.dflib.jjava.jupyter.messages.adapters.HeaderAdapter;
import org.dflib.jjava.jupyter.messages.adapters.HistoryEntryAdapter;
import org.dflib.jjava.jupyter.messages.adapters.HistoryRequestAdapter;
import org.dflib.jjava.jupyter.messages.adapters.KernelTimestampAdapter;
import org.dflib.jjava.jupyter.messages.adapters.MessageTypeAdapter;
import org.dflib.jjava.jupyter.messages.adapters.PublishStatusAdapter;
import org.dflib.jjava.jupyter.messages.publish.PublishStatus;
import org.dflib.jjava.jupyter.messages.request.HistoryRequest;

/**
 * Messages as frames and back: identities, a delimiter, the signature, then header, parent header,
 * metadata and content as JSON, then buffers. The signature is that of the connection file's key.
 */
final class Codec {

  private static final byte[] DELIMITER = "<IDS|MSG>".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);
  private static final int SIGNED_PARTS = 4;
  private static final Type OBJECT = new TypeToken<Map<String, Object>>() {}.getType();

  private final HMACGenerator signer;
  private final Gson gson =
      new GsonBuilder()
          .registerTypeAdapter(KernelTimestamp.class, KernelTimestampAdapter.INSTANCE)
          .registerTypeAdapter(Header.class, HeaderAdapter.INSTANCE)
          .registerTypeAdapter(MessageType.class, MessageTypeAdapter.INSTANCE)
          .registerTypeAdapter(PublishStatus.class, PublishStatusAdapter.INSTANCE)
          .registerTypeAdapter(HistoryRequest.class, HistoryRequestAdapter.INSTANCE)
          .registerTypeAdapter(HistoryEntry.class, HistoryEntryAdapter.INSTANCE)
          .registerTypeAdapter(ExpressionValue.class, ExpressionValueAdapter.INSTANCE)
          .disableHtmlEscaping()
          .create();

  Codec(HMACGenerator signer) {
    this.signer = signer;
  }

  /**
   * The frames of a message.
   *
   * @param identities whom it is for, or its topic
   */
  List<byte[]> encode(Message<?> message, List<byte[]> identities) {
    byte[] header = header(message.getHeader());
    byte[] parent = message.hasParentHeader() ? json(message.getParentHeader()) : NOTHING;
    byte[] metadata = message.hasMetadata() ? json(message.getMetadata()) : NOTHING;
    byte[] content = json(message.getContent());
    var frames = new ArrayList<>(identities);
    frames.add(DELIMITER);
    frames.add(sign(header, parent, metadata, content));
    frames.addAll(List.of(header, parent, metadata, content));
    if (message.getBlobs() != null) {
      frames.addAll(message.getBlobs());
    }
    return frames;
  }

  /** The message that the frames hold, if they are signed with the connection's key. */
  Message<?> decode(List<byte[]> frames) throws BadMessageException {
    int delimiter = 0;
    while (delimiter < frames.size() && !Arrays.equals(frames.get(delimiter), DELIMITER)) {
      delimiter++;
    }
    int first = delimiter + 2;
    if (frames.size() < first + SIGNED_PARTS) {
      throw new BadMessageException(frames.size() + " frames that are no message");
    }
    byte[][] parts = frames.subList(first, first + SIGNED_PARTS).toArray(new byte[0][]);
    if (!MessageDigest.isEqual(frames.get(delimiter + 1), sign(parts))) {
      throw new BadMessageException("a message that is not signed with this connection's key");
    }
    var identities = List.copyOf(frames.subList(0, delimiter));
    var buffers = List.copyOf(frames.subList(first + SIGNED_PARTS, frames.size()));
    try {
      return parse(identities, parts, buffers);
    } catch (RuntimeException | StackOverflowError e) { // each part has its own ways to fail
      throw new BadMessageException("a message whose JSON is not as the protocol has it", e);
    }
  }

  private Message<?> parse(List<byte[]> identities, byte[][] parts, List<byte[]> buffers) {
    Header<?> header = gson.fromJson(text(parts[0]), Header.class);
    Map<String, Object> metadata = gson.fromJson(text(parts[2]), OBJECT);
    Object content = gson.fromJson(text(parts[3]), header.getType().getContentType());
    return message(identities, header, parent(parts[1]), metadata, content, buffers);
  }

  /** The type of the content follows from the header, which Java's generics cannot tell. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Message<?> message(
      List<byte[]> identities,
      Header<?> header,
      Header<?> parent,
      Map<String, Object> metadata,
      Object content,
      List<byte[]> buffers) {
    return new Message(identities, header, parent, metadata, content, buffers);
  }

  private Header<?> parent(byte[] part) {
    JsonElement json = JsonParser.parseString(text(part));
    boolean none = !json.isJsonObject() || ((JsonObject) json).isEmpty();
    return none ? null : gson.fromJson(json, Header.class);
  }

  /** The base library's dates have no seconds, which front ends measure cells by. */
  private byte[] header(Header<?> header) {
    JsonObject json = gson.toJsonTree(header).getAsJsonObject();
    json.addProperty("date", Instant.now().truncatedTo(ChronoUnit.MICROS).toString());
    return json(json);
  }

  private byte[] json(Object value) {
    return gson.toJson(value).getBytes(StandardCharsets.UTF_8);
  }

  private byte[] sign(byte[]... parts) {
    return signer.calculateSignature(parts).getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] part) {
    return new String(part, StandardCharsets.UTF_8);
  }
}
