package org.adversaria.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloads the files of the catalog.
 *
 * <p>Received bytes are stored in {@code NAME.part} in the target's folder, and an interrupted
 * download continues from them, also in another process. After size and checksum are verified the
 * file is moved to its name atomically, so that every file of that name is complete.
 */
final class Downloader {

  private static final Logger LOG = LoggerFactory.getLogger(Downloader.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

  /** The number of consecutive failures of a source without a new byte. */
  private static final int TRIES = 3;

  private final boolean progress;
  private final Duration pause;
  private HttpClient client;

  /**
   * Creates a downloader.
   *
   * @param progress whether a progress bar is shown on the error stream
   * @param pause the time between a failure and the next try
   */
  Downloader(boolean progress, Duration pause) {
    this.progress = progress;
    this.pause = pause;
  }

  /**
   * Downloads a file from the first of its sources that has it.
   *
   * @throws DataException if all fail; the message lists the reasons, and how to place the file by
   *     hand
   */
  void fetch(Catalog.RemoteFile file, Path target) {
    var failures = new ArrayList<String>();
    for (String url : file.urls()) {
      try {
        Files.createDirectories(target.toAbsolutePath().getParent());
        fetchWhole(URI.create(url), file, part(target));
        AtomicFile.move(part(target), target);
        return;
      } catch (IOException e) {
        failures.add("  " + url + "\n    " + Unpacked.reason(e));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DataException(
            Text.format("The download of %s was interrupted; ask again and it continues", target),
            e);
      }
    }
    throw unavailable(file, target, failures);
  }

  private static Path part(Path target) {
    return target.resolveSibling(target.getFileName() + ".part");
  }

  private static DataException unavailable(
      Catalog.RemoteFile file, Path target, List<String> failures) {
    return new DataException(
        Text.format(
            """
            %s is not there and could not be downloaded:
            %s
            Ask again when the network is back (what has arrived is kept), or get the file from one of \
            these addresses by other means and place it as %s. Another folder of data sets is named by \
            the environment variable %s.""",
            file.name(), String.join("\n", failures), target, DataFolder.VARIABLE));
  }

  /**
   * Downloads and verifies a file; a continued download that is wrong is repeated once from zero.
   */
  private void fetchWhole(URI url, Catalog.RemoteFile file, Path part)
      throws IOException, InterruptedException {
    boolean continued = Files.exists(part);
    fetchBytes(url, file, part);
    Optional<String> problem = problem(file, part);
    if (problem.isPresent() && continued) {
      Files.delete(part);
      fetchBytes(url, file, part);
      problem = problem(file, part);
    }
    if (problem.isPresent()) {
      Files.delete(part);
      throw new IOException(problem.get());
    }
  }

  /** The difference of a file from the catalog's size and checksum, if any. */
  static Optional<String> problem(Catalog.RemoteFile file, Path part) throws IOException {
    if (file.size() > 0 && Files.size(part) != file.size()) {
      return Optional.of(
          Text.format("it has %d bytes instead of %d", Files.size(part), file.size()));
    }
    String algorithm = file.sha256() != null ? "SHA-256" : "MD5";
    String expected = file.sha256() != null ? file.sha256() : file.md5();
    if (expected == null) {
      LOG.warn("{}: no checksum is published, so the file is not verified", file.name());
      return Optional.empty();
    }
    String actual = Checksums.of(part, algorithm);
    return actual.equals(expected)
        ? Optional.empty()
        : Optional.of(Text.format("its %s is %s instead of %s", algorithm, actual, expected));
  }

  /** Requests the rest after each interruption, up to {@link #TRIES} times without new bytes. */
  private void fetchBytes(URI url, Catalog.RemoteFile file, Path part)
      throws IOException, InterruptedException {
    try (ProgressBar bar = progress ? bar(file) : null) {
      for (int tries = 1; ; tries++) {
        long before = length(part);
        if (file.size() > 0 && before == file.size()) {
          return;
        }
        try {
          receive(url, part, bar);
          return;
        } catch (IOException e) {
          boolean stuck = length(part) <= before;
          if (stuck && tries >= TRIES || e instanceof RefusedException) {
            throw e;
          }
          tries = stuck ? tries : 0;
          LOG.info("{} was cut ({}); continuing", file.name(), Unpacked.reason(e));
          Thread.sleep(pause.toMillis());
        }
      }
    }
  }

  private static ProgressBar bar(Catalog.RemoteFile file) {
    return new ProgressBarBuilder()
        .setTaskName(file.name())
        .setInitialMax(file.size() > 0 ? file.size() : -1)
        .setUnit(" MiB", 1 << 20)
        .build();
  }

  private static long length(Path part) throws IOException {
    return Files.exists(part) ? Files.size(part) : 0;
  }

  private void receive(URI url, Path part, ProgressBar bar)
      throws IOException, InterruptedException {
    if (client == null) {
      client = newClient();
    }
    long received = length(part);
    HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(ANSWER_TIMEOUT);
    if (received > 0) {
      request.header("Range", "bytes=" + received + "-");
    }
    HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      switch (response.statusCode()) {
        case 200 -> append(body, part, 0, bar);
        case 206 -> append(body, part, requireStart(response, received), bar);
        case 416 -> {
          Files.delete(part);
          throw new IOException("the server has fewer bytes than had arrived");
        }
        default -> throw new RefusedException("the server answers " + response.statusCode());
      }
    }
  }

  private static HttpClient newClient() {
    return HttpClient.newBuilder()
        .followRedirects(HttpClient.Redirect.NORMAL)
        .connectTimeout(CONNECT_TIMEOUT)
        .build();
  }

  private static long requireStart(HttpResponse<?> response, long received) throws IOException {
    String range = response.headers().firstValue("Content-Range").orElse("");
    if (!range.startsWith("bytes " + received + "-")) {
      throw new RefusedException(
          "the server continues at '" + range + "' where byte " + received + " was asked for");
    }
    return received;
  }

  private static void append(InputStream body, Path part, long received, ProgressBar bar)
      throws IOException {
    var mode = received > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
    try (OutputStream out =
        Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode)) {
      var buffer = new byte[1 << 16];
      long written = received;
      for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
        out.write(buffer, 0, n);
        written += n;
        if (bar != null) {
          bar.stepTo(written);
        }
      }
    }
  }

  /** A response for which a retry is useless. */
  private static final class RefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }
}
