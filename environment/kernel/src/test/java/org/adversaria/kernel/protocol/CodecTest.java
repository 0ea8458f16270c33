package org.adversaria.kernel.protocol;

import static org.adversaria.kernel.protocol.Wire.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dflib.jjava.jupyter.messages.HMACGenerator;
import org.dflib.jjava.jupyter.messages.Header;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageType;
import org.dflib.jjava.jupyter.messages.publish.PublishStatus;
import org.dflib.jjava.jupyter.messages.publish.PublishStream;
import org.dflib.jjava.jupyter.messages.request.ExecuteRequest;
import org.dflib.jjava.jupyter.messages.request.HistoryRequest;
import org.dflib.jjava.jupyter.messages.request.IsCompleteRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {

  private static final String UNICODE = "é € 😀 \u2028 \"\\ </script>";

  private final Codec codec = codec(Wire.KEY);

  static Codec codec(String key) {
    try {
      return new Codec(new HMACGenerator("HmacSHA256", key));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aRequestIsReadWithAllItsParts() throws Exception {
    List<byte[]> frames = new ArrayList<>(List.of(bytes("router"), bytes("client")));
    frames.addAll(
        Wire.frames(
            Wire.header("execute_request", "m1"),
            Wire.header("execute_request", "m0"),
            "{\"deletedCells\": [\"a\"]}",
            "{\"code\": \"1 + 1\", \"silent\": true, \"store_history\": false,"
                + " \"user_expressions\": {\"a\": \"b\"}, \"allow_stdin\": true,"
                + " \"stop_on_error\": true}"));
    frames.add(new byte[] {0, -1});
    frames.add(new byte[0]);

    Message<?> message = codec.decode(frames);

    assertThat(message.getIdentities()).containsExactly(bytes("router"), bytes("client"));
    assertThat(message.getHeader().getId()).isEqualTo("m1");
    assertThat(message.getHeader().getSessionId()).isEqualTo("session-1");
    assertThat(message.getHeader().getUsername()).isEqualTo("user");
    assertThat(message.getHeader().getType()).isEqualTo(MessageType.EXECUTE_REQUEST);
    assertThat(message.getParentHeader().getId()).isEqualTo("m0");
    assertThat(message.getMetadata()).isEqualTo(Map.of("deletedCells", List.of("a")));
    assertThat(message.getBlobs()).containsExactly(new byte[] {0, -1}, new byte[0]);
    var content = (ExecuteRequest) message.getContent();
    assertThat(content.getCode()).isEqualTo("1 + 1");
    assertThat(content.isSilent()).isTrue();
    assertThat(content.shouldStoreHistory()).isFalse();
    assertThat(content.getUserExpr()).isEqualTo(Map.of("a", "b"));
    assertThat(content.isStdinEnabled()).isTrue();
    assertThat(content.shouldStopOnError()).isTrue();
  }

  @Test
  void whatIsWrittenAFrontEndCanRead() throws Exception {
    Message<?> request = codec.decode(Wire.request("is_complete_request", "m1", "{}"));
    var reply =
        new Message<>(
            request,
            MessageType.PUBLISH_STREAM,
            new PublishStream(PublishStream.StreamType.ERR, UNICODE),
            List.of(new byte[] {1, 2}),
            Map.of("a", 1));

    Wire.Read read = Wire.read(codec.encode(reply, List.of(bytes("stream"))));

    assertThat(read.identities()).containsExactly("stream");
    assertThat(read.type()).isEqualTo("stream");
    assertThat(read.parentId()).isEqualTo("m1");
    assertThat(read.header().get("session").getAsString()).isEqualTo("session-1");
    assertThat(read.header().get("date").getAsString())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3,6})?Z");
    assertThat(read.parent().get("date").getAsString()).isEqualTo("2024-02-03T04:05:06.789Z");
    assertThat(read.header().get("version").getAsString()).startsWith("5.");
    assertThat(read.header().get("msg_id").getAsString()).isNotEqualTo("m1");
    assertThat(read.metadata().get("a").getAsInt()).isEqualTo(1);
    assertThat(read.text("name")).isEqualTo("stderr");
    assertThat(read.text("text")).isEqualTo(UNICODE);
    assertThat(read.buffers()).containsExactly(new byte[] {1, 2});
  }

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    var message =
        new Message<>(
            new Header<>("session-1", MessageType.IS_COMPLETE_REQUEST),
            new IsCompleteRequest(UNICODE));
    Message<?> read = codec.decode(codec.encode(message, List.of(bytes("a"))));
    assertThat(((IsCompleteRequest) read.getContent()).getCode()).isEqualTo(UNICODE);
    assertThat(read.getHeader().getId()).isEqualTo(message.getHeader().getId());
    assertThat(read.hasParentHeader()).isFalse();
    assertThat(read.getBlobs()).isEmpty();
    assertThat(read.getIdentities()).containsExactly(bytes("a"));
  }

  @Test
  void whatIsMissingIsAnEmptyObject() {
    var message = new Message<>(new Header<>(MessageType.PUBLISH_STATUS), PublishStatus.IDLE);
    List<byte[]> frames = codec.encode(message, List.of());
    assertThat(frames).hasSize(6);
    assertThat(Wire.text(frames.get(3))).isEqualTo("{}");
    assertThat(Wire.text(frames.get(4))).isEqualTo("{}");
    assertThat(Wire.text(frames.get(5))).isEqualTo("{\"execution_state\":\"idle\"}");
  }

  @Test
  void theSignatureIsTheOneOfOtherImplementations() throws Exception {
    String header =
        "{\"msg_id\":\"m1\",\"username\":\"user\",\"session\":\"s1\","
            + "\"date\":\"2024-02-03T04:05:06.789Z\",\"msg_type\":\"is_complete_request\","
            + "\"version\":\"5.3\"}";
    String content = "{\"code\":\"int é = 1;\"}";
    // By Python's hmac.
    String signature = "f75d71e9050526443232b6badc858d2097862784442b7a95eedf0f5c0457eeaa";
    assertThat(Wire.signature("Jefe", header, "{}", "{}", content)).isEqualTo(signature);
    List<byte[]> frames = Wire.frames(header, "{}", "{}", content);
    frames.set(1, bytes(signature));
    assertThat(codec("Jefe").decode(frames).getContent()).isInstanceOf(IsCompleteRequest.class);
  }

  @ParameterizedTest
  @CsvSource({
    "range, {\"hist_access_type\": \"range\"; \"session\": 0; \"start\": 1; \"stop\": 3}, Range",
    "tail, {\"hist_access_type\": \"tail\"; \"n\": 2}, Tail",
    "search, {\"hist_access_type\": \"search\"; \"pattern\": \"*\"; \"n\": 2}, Search",
  })
  void historyRequestsAreReadByTheirKind(String name, String content, String kind)
      throws Exception {
    String json = content.replace(';', ',').replace("}", ", \"output\": true, \"raw\": true}");
    Message<?> message = codec.decode(Wire.request("history_request", name, json));
    assertThat(message.getContent()).isInstanceOf(HistoryRequest.class);
    assertThat(message.getContent().getClass().getSimpleName()).isEqualTo(kind);
  }

  @Test
  void messagesOfOtherTypesAreRead() throws Exception {
    Message<?> message = codec.decode(Wire.request("debug_request", "m1", "{\"seq\": 1}"));
    assertThat(message.getHeader().getType()).isEqualTo(MessageType.UNKNOWN);
  }

  // ---- what is no message --------------------------------------------------------------------

  @Test
  void anotherKeysSignatureIsRefused() {
    List<byte[]> frames = Wire.request("kernel_info_request", "m1", "{}");
    assertThatThrownBy(() -> codec("another").decode(frames))
        .isInstanceOf(BadMessageException.class)
        .hasMessage("a message that is not signed with this connection's key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "zz"})
  void aSignatureThatIsNoneIsRefused(String signature) {
    List<byte[]> frames = Wire.request("kernel_info_request", "m1", "{}");
    frames.set(1, bytes(signature));
    assertUnsigned(frames);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5})
  void aChangedPartIsRefused(int part) {
    List<byte[]> frames = Wire.request("kernel_info_request", "m1", "{}");
    frames.set(part, bytes(Wire.text(frames.get(part)) + " "));
    assertUnsigned(frames);
  }

  @Test
  void exchangedPartsAreRefused() {
    List<byte[]> frames = Wire.frames(Wire.header("a", "m1"), "{}", "{\"a\": 1}", "{}");
    frames.add(4, frames.remove(5));
    assertUnsigned(frames);
  }

  private void assertUnsigned(List<byte[]> frames) {
    assertThatThrownBy(() -> codec.decode(frames))
        .isInstanceOf(BadMessageException.class)
        .hasMessageContaining("not signed");
  }

  @Test
  void tooFewFramesAreRefused() {
    List<byte[]> frames = Wire.request("kernel_info_request", "m1", "{}");
    for (int count = 0; count < frames.size(); count++) {
      List<byte[]> some = frames.subList(0, count);
      assertThatThrownBy(() -> codec.decode(some))
          .isInstanceOf(BadMessageException.class)
          .hasMessage(count + " frames that are no message");
    }
    List<byte[]> withoutDelimiter = frames.subList(1, frames.size());
    assertThatThrownBy(() -> codec.decode(withoutDelimiter))
        .isInstanceOf(BadMessageException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "1",
        "null",
        "\"text\"",
        "{}",
        "{\"msg_id\": \"m1\"}",
        "{\"msg_type\": \"kernel_info_request\"}",
        "{\"msg_id\": null, \"session\": \"s\", \"username\": \"u\", \"date\":"
            + " \"2024-02-03T04:05:06.789Z\", \"msg_type\": null, \"version\": \"5.3\"}",
        "{\"msg_id\": {}, \"session\": [], \"username\": {}, \"date\": {}, \"msg_type\": [1, 2],"
            + " \"version\": {}}",
      })
  void aHeaderThatIsNoneIsRefused(String header) {
    assertNotAsTheProtocolHasIt(Wire.frames(header, "{}", "{}", "{}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[1", "\"text\"", "{\"code\": {}}", "[]"})
  void aContentThatIsNoneIsRefused(String content) {
    assertNotAsTheProtocolHasIt(Wire.request("is_complete_request", "m1", content));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "[]", "{\"hist_access_type\": \"none\"}", "{\"hist_access_type\": 1}"})
  void aHistoryRequestThatIsNoneIsRefused(String content) {
    assertNotAsTheProtocolHasIt(Wire.request("history_request", "m1", content));
  }

  @Test
  void badMetadataAndABadParentAreRefused() {
    String header = Wire.header("kernel_info_request", "m1");
    assertNotAsTheProtocolHasIt(Wire.frames(header, "{}", "[1]", "{}"));
    assertNotAsTheProtocolHasIt(Wire.frames(header, "{\"msg_id\": 1", "{}", "{}"));
    assertNotAsTheProtocolHasIt(Wire.frames(header, "{\"a\": 1}", "{}", "{}"));
  }

  private void assertNotAsTheProtocolHasIt(List<byte[]> frames) {
    assertThatThrownBy(() -> codec.decode(frames))
        .isInstanceOf(BadMessageException.class)
        .hasMessage("a message whose JSON is not as the protocol has it");
  }

  @Test
  void noParentIsWrittenInMoreThanOneWay() throws Exception {
    String header = Wire.header("kernel_info_request", "m1");
    for (String parent : List.of("{}", "null", " {} ")) {
      assertThat(codec.decode(Wire.frames(header, parent, "{}", "{}")).hasParentHeader()).isFalse();
    }
  }

  @Test
  void bytesThatAreNoUtf8AreNoTrouble() {
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      frames.add(new byte[] {(byte) 0xc3, (byte) 0xff, (byte) i});
    }
    assertThatThrownBy(() -> codec.decode(frames)).isInstanceOf(BadMessageException.class);
  }
}
