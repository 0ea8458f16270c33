package org.adversaria.data;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.adversaria.torch.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloads the files of the catalog, over https only.
 *
 * <p>Received bytes are stored in a {@link PartFile} in the target's folder, and an interrupted
 * download continues from them, also in another process. After size and SHA-256 are verified the
 * file is moved to its name atomically, so that every file of that name is complete. Never more
 * bytes are stored than the catalog says.
 */
final class Downloader {

  /** Which addresses are admitted. */
  enum Addresses {
    HTTPS,
    /** Also http of this machine, which is for tests. */
    HTTPS_AND_LOOPBACK;

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private void require(URI url) throws RefusedException {
      String scheme = String.valueOf(url.getScheme());
      boolean https = scheme.equalsIgnoreCase("https") && url.getHost() != null;
      boolean loopback = scheme.equals("http") && LOOPBACK.contains(String.valueOf(url.getHost()));
      if (!https && !(this == HTTPS_AND_LOOPBACK && loopback)) {
        throw new RefusedException("'" + url + "' is no https address, so nothing is asked there");
      }
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(Downloader.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

  /** The number of consecutive failures of a source without a new byte. */
  private static final int TRIES = 3;

  private static final int MAX_REDIRECTS = 5;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  /** One download at a time in this process; file locks are between processes. */
  private static final ReentrantLock ONE = new ReentrantLock();

  private final boolean progress;
  private final Duration pause;
  private final Duration patience;
  private final Addresses addresses;
  private HttpClient client;

  /**
   * Creates a downloader.
   *
   * @param progress whether a progress bar is shown on the error stream
   * @param pause the time between a failure and the next try
   */
  Downloader(boolean progress, Duration pause) {
    this(progress, pause, Duration.ofSeconds(60), Addresses.HTTPS);
  }

  /**
   * Creates a downloader.
   *
   * @param progress whether a progress bar is shown on the error stream
   * @param pause the time between a failure and the next try
   * @param patience the time without a byte after which a connection counts as cut
   * @param addresses which addresses are admitted
   */
  Downloader(boolean progress, Duration pause, Duration patience, Addresses addresses) {
    this.progress = progress;
    this.pause = pause;
    this.patience = patience;
    this.addresses = addresses;
  }

  /**
   * Downloads a file from the first of its sources that has it.
   *
   * @throws DataException if all fail; the message lists the reasons, and how to place the file by
   *     hand. If the disk is full, the message says how much room is needed
   * @throws IllegalArgumentException if the catalog has no size or SHA-256 of it
   */
  void fetch(Catalog.RemoteFile file, Path target) {
    if (file.size() < 1 || file.sha256() == null) {
      throw new IllegalArgumentException(
          file.name() + " has no size and SHA-256 in the catalog, so it is not downloaded");
    }
    try {
      ONE.lockInterruptibly();
      try {
        fetchLocked(file, target);
      } finally {
        ONE.unlock();
      }
    } catch (InterruptedException | ClosedByInterruptException | FileLockInterruptionException e) {
      Thread.currentThread().interrupt();
      throw new DataException(
          Text.format("The download of %s was interrupted; ask again and it continues", target), e);
    } catch (IOException e) {
      throw new DataException(
          Text.format(
              """
              %s is not there, and cannot be written (%s). Make its folder writable, or name another \
              folder of data sets by the environment variable %s""",
              target, Unpacked.reason(e), DataFolder.VARIABLE),
          e);
    }
  }

  private void fetchLocked(Catalog.RemoteFile file, Path target)
      throws IOException, InterruptedException {
    Files.createDirectories(target.toAbsolutePath().getParent());
    var failures = new ArrayList<String>();
    try (PartFile part = PartFile.open(target)) {
      if (Files.exists(target)) {
        return; // another process has brought it meanwhile
      }
      for (String url : file.urls()) {
        try {
          fetchWhole(address(url), file, part);
          part.publish();
          return;
        } catch (ClosedByInterruptException e) {
          throw e;
        } catch (IOException e) {
          failures.add("  " + url + "\n    " + Unpacked.reason(e));
        }
      }
    }
    throw unavailable(file, target, failures);
  }

  private static URI address(String url) throws RefusedException {
    try {
      return URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(e.getMessage());
    }
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
  private void fetchWhole(URI url, Catalog.RemoteFile file, PartFile part)
      throws IOException, InterruptedException {
    boolean continued = part.length() > 0;
    fetchBytes(url, file, part);
    Optional<String> difference = part.difference(file);
    if (difference.isPresent() && continued) {
      part.truncate(0);
      fetchBytes(url, file, part);
      difference = part.difference(file);
    }
    if (difference.isPresent()) {
      part.truncate(0);
      throw new IOException(difference.get());
    }
  }

  /** Requests the rest after each interruption, up to {@link #TRIES} times without new bytes. */
  private void fetchBytes(URI url, Catalog.RemoteFile file, PartFile part)
      throws IOException, InterruptedException {
    if (part.length() > file.size()) {
      part.truncate(0);
    }
    try (ProgressBar bar = progress ? bar(file) : null) {
      for (int tries = 1; part.length() < file.size(); tries++) {
        long before = part.length();
        try {
          receive(url, file, part, bar);
        } catch (IOException e) {
          if (Thread.interrupted()) {
            throw new InterruptedException();
          }
          boolean stuck = part.length() <= before;
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
        .setInitialMax(file.size())
        .setUnit(" MiB", 1 << 20)
        .build();
  }

  private void receive(URI url, Catalog.RemoteFile file, PartFile part, ProgressBar bar)
      throws IOException, InterruptedException {
    long received = part.length();
    part.requireRoom(file.size() - received);
    HttpResponse<ArrivingBytes> response = ask(url, received);
    try (ArrivingBytes body = response.body()) {
      switch (response.statusCode()) {
        case 200 -> received = 0;
        case 206 -> requireStart(response, received);
        case 416 -> {
          part.truncate(0);
          throw new IOException("the server has fewer bytes than had arrived");
        }
        default -> throw new RefusedException("the server answers " + response.statusCode());
      }
      requireLength(response, file, received);
      part.truncate(received);
      append(body, file, part, bar);
    }
  }

  /** Asks for the bytes from one on; redirections are followed to admitted addresses only. */
  private HttpResponse<ArrivingBytes> ask(URI first, long from)
      throws IOException, InterruptedException {
    if (client == null) {
      client = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    }
    URI url = first;
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
      addresses.require(url);
      HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(patience);
      if (from > 0) {
        request.header("Range", "bytes=" + from + "-");
      }
      HttpResponse<ArrivingBytes> response =
          client.send(request.build(), answer -> new ArrivingBytes());
      if (!REDIRECTS.contains(response.statusCode())) {
        return response;
      }
      response.body().close();
      url = url.resolve(address(response.headers().firstValue("Location").orElse("")));
    }
    throw new RefusedException("the server redirects more than " + MAX_REDIRECTS + " times");
  }

  private static void requireStart(HttpResponse<?> response, long received) throws IOException {
    String range = response.headers().firstValue("Content-Range").orElse("");
    if (!range.startsWith("bytes " + received + "-")) {
      throw new RefusedException(
          "the server continues at '" + range + "' where byte " + received + " was asked for");
    }
  }

  /** Refuses another file by its announced length, before what has arrived is given up for it. */
  private static void requireLength(
      HttpResponse<?> response, Catalog.RemoteFile file, long received) throws IOException {
    long announced = response.headers().firstValueAsLong("Content-Length").orElse(-1);
    if (announced >= 0 && received + announced != file.size()) {
      throw new RefusedException(
          Text.format(
              "the server sends %d bytes where the file has %d",
              announced, file.size() - received));
    }
  }

  private void append(ArrivingBytes body, Catalog.RemoteFile file, PartFile part, ProgressBar bar)
      throws IOException, InterruptedException {
    for (List<ByteBuffer> bytes = body.next(patience);
        !bytes.isEmpty();
        bytes = body.next(patience)) {
      for (ByteBuffer piece : bytes) {
        long room = file.size() - part.length();
        if (piece.remaining() > room) {
          part.truncate(0);
          throw new RefusedException(
              "the server sends more than the file's " + file.size() + " bytes");
        }
        part.append(piece, room);
      }
      if (bar != null) {
        bar.stepTo(part.length());
      }
    }
    if (part.length() < file.size()) {
      throw new IOException(
          Text.format("the connection ended after %d of %d bytes", part.length(), file.size()));
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
