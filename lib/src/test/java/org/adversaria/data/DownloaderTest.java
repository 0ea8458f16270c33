package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.adversaria.torch.Text;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class DownloaderTest {

  private static final byte[] CONTENT = new byte[200_000];

  static {
    var random = new SplitMix(42);
    for (int i = 0; i < CONTENT.length; i++) {
      CONTENT[i] = (byte) random.nextLong();
    }
  }

  @TempDir Path folder;
  private final Downloader downloader = new Downloader(false, Duration.ZERO);

  /** The Range headers that the server was asked with, "all" where there was none. */
  private final List<String> asked = new CopyOnWriteArrayList<>();

  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/good", exchange -> serve(exchange, CONTENT.length));
    server.createContext("/cut", exchange -> serve(exchange, 70_000));
    server.createContext("/mute", exchange -> serve(exchange, 0));
    server.createContext("/whole", this::serveWhole);
    server.createContext("/astray", this::serveAstray);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** Answers ranges, and closes the connection after so many bytes. */
  private void serve(HttpExchange exchange, int most) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    asked.add(range == null ? "all" : range);
    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    if (from >= CONTENT.length) {
      exchange.sendResponseHeaders(416, -1);
    } else {
      exchange
          .getResponseHeaders()
          .add(
              "Content-Range",
              Text.format("bytes %d-%d/%d", from, CONTENT.length - 1, CONTENT.length));
      exchange.sendResponseHeaders(range == null ? 200 : 206, CONTENT.length - from);
      exchange.getResponseBody().write(CONTENT, from, Math.min(most, CONTENT.length - from));
    }
    exchange.close();
  }

  /** Knows no ranges. */
  private void serveWhole(HttpExchange exchange) throws IOException {
    asked.add(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
    exchange.sendResponseHeaders(200, CONTENT.length);
    exchange.getResponseBody().write(CONTENT);
    exchange.close();
  }

  /** Answers a range with another one. */
  private void serveAstray(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("Content-Range", "bytes 5-9/200000");
    exchange.sendResponseHeaders(206, 5);
    exchange.getResponseBody().write(CONTENT, 5, 5);
    exchange.close();
  }

  private String url(String path) {
    return "http://localhost:" + server.getAddress().getPort() + path;
  }

  private Catalog.RemoteFile file(String... paths) {
    List<String> urls = Arrays.stream(paths).map(this::url).toList();
    return new Catalog.RemoteFile("file.bin", urls, CONTENT.length, null, hash("SHA-256"), null);
  }

  private static String hash(String algorithm) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(CONTENT));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path target() {
    return folder.resolve("set").resolve("file.bin");
  }

  private Path part() {
    return folder.resolve("set").resolve("file.bin.part");
  }

  private void arrivedEarlier(byte[] content) throws IOException {
    Files.createDirectories(part().getParent());
    Files.write(part(), content);
  }

  @Test
  void bringsAFileUnderItsNameAndLeavesNothingElse() throws IOException {
    downloader.fetch(file("/good"), target());
    assertThat(target()).hasBinaryContent(CONTENT);
    assertThat(target().getParent()).isDirectoryNotContaining(p -> !p.equals(target()));
    assertThat(asked).containsExactly("all");
  }

  @Test
  void showsProgressWithoutHarm() {
    new Downloader(true, Duration.ZERO).fetch(file("/good"), target());
    assertThat(target()).hasBinaryContent(CONTENT);
  }

  @Test
  void continuesWhatArrivedEarlier() throws IOException {
    arrivedEarlier(Arrays.copyOf(CONTENT, 150_000));
    downloader.fetch(file("/good"), target());
    assertThat(target()).hasBinaryContent(CONTENT);
    assertThat(asked).containsExactly("bytes=150000-");
  }

  @Test
  void asksForNothingWhereEverythingHadArrived() throws IOException {
    arrivedEarlier(CONTENT);
    downloader.fetch(file("/good"), target());
    assertThat(target()).hasBinaryContent(CONTENT);
    assertThat(asked).isEmpty();
  }

  @Test
  void goesOnAfterACutConnection() {
    downloader.fetch(file("/cut"), target());
    assertThat(target()).hasBinaryContent(CONTENT);
    assertThat(asked).first().isEqualTo("all");
    List<Integer> resumedAt =
        asked.stream().skip(1).map(r -> Integer.valueOf(r.replaceAll("\\D", ""))).toList();
    // The last bytes before a cut may be lost on their way.
    assertThat(resumedAt).isSorted().doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(2);
    assertThat(resumedAt.get(0)).isBetween(1, 70_000);
  }

  @Test
  void givesUpWhereNothingArrivesAndSaysHowToGoOn() {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> downloader.fetch(file("/mute"), target()))
        .withMessageContaining("file.bin is not there and could not be downloaded")
        .withMessageContaining(url("/mute"))
        .withMessageContaining("place it as " + target())
        .withMessageContaining("ADVERSARIA_DATA");
    assertThat(asked).containsExactly("all", "all", "all");
    assertThat(target()).doesNotExist();
  }

  @Test
  void keepsWhatArrivedWhenItGivesUp() throws IOException {
    arrivedEarlier(Arrays.copyOf(CONTENT, 1_000));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> downloader.fetch(file("/mute"), target()));
    assertThat(part()).hasBinaryContent(Arrays.copyOf(CONTENT, 1_000));
  }

  @Test
  void refusesAWrongChecksumAndKeepsNothing() {
    var wrong =
        new Catalog.RemoteFile(
            "file.bin", List.of(url("/good")), CONTENT.length, null, "00".repeat(32), null);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> downloader.fetch(wrong, target()))
        .withMessageContaining("its SHA-256 is " + hash("SHA-256") + " instead of 0000");
    assertThat(target()).doesNotExist();
    assertThat(part()).doesNotExist();
  }

  @Test
  void knowsMd5AndFilesWithoutAChecksum() {
    String md5 = hash("MD5");
    var digested =
        new Catalog.RemoteFile("file.bin", List.of(url("/good")), CONTENT.length, md5, null, null);
    downloader.fetch(digested, target());
    var wrong =
        new Catalog.RemoteFile("b", List.of(url("/good")), CONTENT.length, "ff", null, null);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> downloader.fetch(wrong, folder.resolve("b")))
        .withMessageContaining("its MD5 is " + md5 + " instead of ff");
    var open = new Catalog.RemoteFile("c", List.of(url("/good")), 0, null, null, null);
    downloader.fetch(open, folder.resolve("c"));
    assertThat(folder.resolve("c")).hasBinaryContent(CONTENT);
  }

  @Test
  void refusesAWrongSize() {
    var longer =
        new Catalog.RemoteFile(
            "file.bin", List.of(url("/whole")), CONTENT.length + 1, null, null, null);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> downloader.fetch(longer, target()))
        .withMessageContaining("it has 200000 bytes instead of 200001");
  }

  @Test
  void startsAgainWhereWhatHadArrivedIsOfAnotherFile() throws IOException {
    arrivedEarlier(new byte[150_000]);
    downloader.fetch(file("/good"), target());
    assertThat(target()).hasBinaryContent(CONTENT);
    assertThat(asked).containsExactly("bytes=150000-", "all");
  }

  @Test
  void startsAgainWhereMoreHadArrivedThanThereIs() throws IOException {
    arrivedEarlier(new byte[300_000]);
    downloader.fetch(file("/good"), target());
    assertThat(target()).hasBinaryContent(CONTENT);
    assertThat(asked).containsExactly("bytes=300000-", "all");
  }

  @Test
  void takesTheWholeFileFromAServerThatKnowsNoRanges() throws IOException {
    arrivedEarlier(Arrays.copyOf(CONTENT, 150_000));
    downloader.fetch(file("/whole"), target());
    assertThat(target()).hasBinaryContent(CONTENT);
    assertThat(asked).containsExactly("bytes=150000-");
  }

  @Test
  void turnsToTheNextSource() throws IOException {
    downloader.fetch(file("/missing", "/good"), target());
    assertThat(target()).hasBinaryContent(CONTENT);
    Files.delete(target());
    arrivedEarlier(Arrays.copyOf(CONTENT, 150_000));
    downloader.fetch(file("/astray", "/good"), target());
    assertThat(target()).hasBinaryContent(CONTENT);
  }

  @Test
  void namesEverySourceThatFailed() {
    int port = server.getAddress().getPort();
    server.stop(0);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> downloader.fetch(file("/one", "/two"), target()))
        .withMessageContaining("http://localhost:" + port + "/one\n    ConnectException")
        .withMessageContaining("http://localhost:" + port + "/two\n    ConnectException");
  }
}
