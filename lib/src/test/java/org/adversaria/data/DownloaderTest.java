package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.adversaria.data.Downloader.Addresses;
import org.adversaria.torch.Text;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
  private final Downloader downloader = downloader(false, Duration.ofSeconds(30));

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
    server.createContext("/more", exchange -> serveUnannounced(exchange, CONTENT.length + 1));
    server.createContext("/less", exchange -> serveUnannounced(exchange, CONTENT.length - 1));
    server.createContext("/portal", this::servePortal);
    server.createContext("/silent", this::serveSilently);
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

  /** Sends so many bytes without saying how many. */
  private void serveUnannounced(HttpExchange exchange, int count) throws IOException {
    asked.add("unannounced");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(Arrays.copyOf(CONTENT, count));
    }
  }

  /** A hotel's network answers everything with a page of its own. */
  private void servePortal(HttpExchange exchange) throws IOException {
    byte[] page = "<html>Please log in</html>".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, page.length);
    exchange.getResponseBody().write(page);
    exchange.close();
  }

  /** Sends a few bytes of what it promises, then nothing, without closing the connection. */
  private void serveSilently(HttpExchange exchange) throws IOException {
    asked.add("silent");
    exchange.sendResponseHeaders(200, CONTENT.length);
    exchange.getResponseBody().write(CONTENT, 0, 1_000);
    exchange.getResponseBody().flush();
  }

  private void redirect(String path, String location) {
    server.createContext(
        path,
        exchange -> {
          exchange.getResponseHeaders().add("Location", location);
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
  }

  private static Downloader downloader(boolean progress, Duration patience) {
    return new Downloader(progress, Duration.ZERO, patience, Addresses.HTTPS_AND_LOOPBACK);
  }

  private String url(String path) {
    return "http://localhost:" + server.getAddress().getPort() + path;
  }

  private Catalog.RemoteFile file(String... paths) {
    List<String> urls = Arrays.stream(paths).map(this::url).toList();
    return new Catalog.RemoteFile("file.bin", urls, CONTENT.length, hash(), null);
  }

  private static String hash() {
    return HexFormat.of().formatHex(Checksums.digest("SHA-256").digest(CONTENT));
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
    downloader(true, Duration.ofSeconds(30)).fetch(file("/good"), target());
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
            "file.bin", List.of(url("/good")), CONTENT.length, "00".repeat(32), null);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> downloader.fetch(wrong, target()))
        .withMessageContaining("its SHA-256 is " + hash() + " instead of 0000");
    assertThat(target()).doesNotExist();
    assertThat(part()).doesNotExist();
  }

  @Test
  void asksForNothingWithoutASizeAndAChecksum() {
    var open = new Catalog.RemoteFile("c", List.of(url("/good")), CONTENT.length, null, null);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> downloader.fetch(open, target()))
        .withMessage("c has no size and SHA-256 in the catalog, so it is not downloaded");
    var endless = new Catalog.RemoteFile("d", List.of(url("/good")), 0, hash(), null);
    assertThatIllegalArgumentException().isThrownBy(() -> downloader.fetch(endless, target()));
    assertThat(asked).isEmpty();
  }

  @Test
  void refusesAWrongSizeBeforeItIsStored() throws IOException {
    var longer =
        new Catalog.RemoteFile(
            "file.bin", List.of(url("/whole")), CONTENT.length + 1, hash(), null);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> downloader.fetch(longer, target()))
        .withMessageContaining("the server sends 200000 bytes where the file has 200001");
    assertThat(target().getParent()).isEmptyDirectory();
  }

  @Test
  void storesNoMoreThanTheFileHas() {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> downloader.fetch(file("/more"), target()))
        .withMessageContaining("the server sends more than the file's 200000 bytes");
    assertThat(asked).hasSize(1);
    assertThat(target().getParent()).isEmptyDirectory();
  }

  @Test
  void countsABodyThatEndsEarlyAsCut() {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> downloader.fetch(file("/less"), target()))
        .withMessageContaining("the connection ended after 199999 of 200000 bytes");
    assertThat(target()).doesNotExist();
  }

  @Test
  void keepsWhatArrivedWhenAnotherPageAnswers() throws IOException {
    arrivedEarlier(Arrays.copyOf(CONTENT, 150_000));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> downloader.fetch(file("/portal"), target()))
        .withMessageContaining("the server sends 26 bytes where the file has 200000");
    assertThat(part()).hasBinaryContent(Arrays.copyOf(CONTENT, 150_000));
  }

  @Test
  void countsASilentConnectionAsCut() {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(
            () -> downloader(false, Duration.ofMillis(300)).fetch(file("/silent"), target()))
        .withMessageContaining(url("/silent"));
    assertThat(asked).hasSizeGreaterThanOrEqualTo(3);
    assertThat(target()).doesNotExist();
  }

  @Test
  void asksOnlyOverHttps() {
    Downloader real = new Downloader(false, Duration.ZERO);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> real.fetch(file("/good"), target()))
        .withMessageContaining("'" + url("/good") + "' is no https address");
    for (String url : List.of("http://example.org/a", "ftp://example.org/a", "file:/etc/a", "a")) {
      var file = new Catalog.RemoteFile("a", List.of(url), 1, hash(), null);
      assertThatExceptionOfType(DataException.class)
          .isThrownBy(() -> downloader.fetch(file, target()))
          .withMessageContaining("'" + url + "' is no https address");
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void followsRedirections() {
    redirect("/moved", url("/further"));
    redirect("/further", "/good");
    downloader.fetch(file("/moved"), target());
    assertThat(target()).hasBinaryContent(CONTENT);
  }

  @Test
  void followsNoRedirectionToHttpAndNoCircle() {
    redirect("/elsewhere", "http://example.org/file.bin");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> downloader.fetch(file("/elsewhere"), target()))
        .withMessageContaining("'http://example.org/file.bin' is no https address");
    redirect("/circle", "/circle");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> downloader.fetch(file("/circle"), target()))
        .withMessageContaining("the server redirects more than 5 times");
  }

  @Test
  void saysHowMuchRoomIsNeededBeforeItAsks() {
    long much = Long.MAX_VALUE - 1;
    var huge = new Catalog.RemoteFile("file.bin", List.of(url("/good")), much, hash(), null);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> downloader.fetch(huge, target()))
        .withMessageContaining(part() + " cannot be written")
        .withMessageContaining("needs " + much + " more bytes there. Make room and ask again")
        .withMessageContaining("ADVERSARIA_DATA");
    assertThat(asked).isEmpty();
  }

  /** Linux has a device that answers every write as a full disk does. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void saysHowMuchRoomIsNeededWhereTheDiskIsFull() throws IOException {
    Files.createDirectories(part().getParent());
    Files.createSymbolicLink(part(), Path.of("/dev/full"));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> downloader.fetch(file("/good"), target()))
        .withMessageContaining(part() + " cannot be written (IOException: No space left on device)")
        .withMessageContaining("needs 200000 more bytes there");
    assertThat(target()).doesNotExist();
  }

  @Test
  void saysWhereItCannotWrite() throws IOException {
    Files.writeString(folder.resolve("set"), "a file");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> downloader.fetch(file("/good"), target()))
        .withMessageContaining(target() + " is not there, and cannot be written")
        .withMessageContaining("ADVERSARIA_DATA");
  }

  @Test
  void downloadsOnceWhereSeveralAskAtOnce() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      var done = new ArrayList<Future<?>>();
      for (int i = 0; i < 4; i++) {
        Downloader each = downloader(false, Duration.ofSeconds(30));
        done.add(pool.submit(() -> each.fetch(file("/good"), target())));
      }
      for (Future<?> one : done) {
        one.get();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(target()).hasBinaryContent(CONTENT);
    assertThat(asked).containsExactly("all");
  }

  @Test
  void canBeInterrupted() throws Exception {
    var thrown = new AtomicReference<Throwable>();
    var thread =
        new Thread(
            () -> {
              try {
                downloader.fetch(file("/silent"), target());
              } catch (DataException e) {
                thrown.set(e);
              }
            });
    thread.start();
    while (asked.isEmpty()) {
      Thread.sleep(10);
    }
    thread.interrupt();
    thread.join();
    assertThat(thrown.get())
        .hasMessage("The download of " + target() + " was interrupted; ask again and it continues");
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
    assertThat(asked).containsExactly("all");
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
