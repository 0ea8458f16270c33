package org.adversaria.data;

import static org.adversaria.data.TestFiles.cifarRecord;
import static org.adversaria.data.TestFiles.concat;
import static org.adversaria.data.TestFiles.greyPng;
import static org.adversaria.data.TestFiles.gzip;
import static org.adversaria.data.TestFiles.idxImages;
import static org.adversaria.data.TestFiles.idxLabels;
import static org.adversaria.data.TestFiles.tarGz;
import static org.adversaria.data.TestFiles.utf8;
import static org.adversaria.data.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

  private static final List<String> TEN =
      IntStream.range(0, 10).mapToObj(Integer::toString).toList();

  @TempDir Path root;
  private final Map<String, byte[]> served = new HashMap<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] content = served.get(exchange.getRequestURI().getPath().substring(1));
          exchange.sendResponseHeaders(
              content == null ? 404 : 200, content == null ? -1 : content.length);
          if (content != null) {
            exchange.getResponseBody().write(content);
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** A folder whose catalog has one data set with these files, on the local server. */
  private DataFolder folder(String name, Catalog.Content content, String... files) {
    String base = "http://localhost:" + server.getAddress().getPort() + "/";
    List<Catalog.RemoteFile> remote =
        List.of(files).stream()
            .map(f -> published(f, base, served.getOrDefault(f, new byte[] {1}), content))
            .toList();
    var entry = new Catalog.Entry(name, name, base, "none", "none", TEN, remote);
    return new DataFolder(root, new Catalog(List.of(entry), List.of()), downloader(), false);
  }

  private static Catalog.RemoteFile published(
      String name, String base, byte[] bytes, Catalog.Content content) {
    String sha256 = HexFormat.of().formatHex(Checksums.digest("SHA-256").digest(bytes));
    return new Catalog.RemoteFile(name, List.of(base + name), bytes.length, sha256, content);
  }

  private static Downloader downloader() {
    return new Downloader(
        false, Duration.ZERO, Duration.ofSeconds(30), Downloader.Addresses.HTTPS_AND_LOOPBACK);
  }

  private DataFolder mnist(Catalog.Content content) {
    return folder("mnist", content, "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz");
  }

  private Path cifar(String file) {
    return root.resolve("cifar10").resolve("cifar-10-batches-bin").resolve(file);
  }

  @Test
  void downloadsOnceWhatIsMissing() {
    served.put("t10k-images-idx3-ubyte.gz", gzip(idxImages(2051, 2, 3, 3)));
    served.put("t10k-labels-idx1-ubyte.gz", gzip(idxLabels(2049, 7, 1)));
    ImageBytes data = mnist(null).idx("mnist", Split.TEST);
    assertThat(data).hasToString("mnist-test: 2 images of 1x3x3 in 10 classes");
    assertThat(data.label(0)).isEqualTo(7);
    DataFolder offline = mnist(null);
    served.clear();
    assertThat(offline.idx("mnist", Split.TEST).checksum()).isEqualTo(data.checksum());
  }

  @Test
  void takesFilesThatWereUnpackedByHand() throws IOException {
    write(root.resolve("mnist/t10k-images-idx3-ubyte"), idxImages(2051, 2, 3, 3));
    write(root.resolve("mnist/t10k-labels-idx1-ubyte"), idxLabels(2049, 7, 1));
    assertThat(mnist(null).idx("mnist", Split.TEST).size()).isEqualTo(2);
  }

  @Test
  void refusesAFileWithOtherContentThanThePublishers() throws IOException {
    write(root.resolve("mnist/t10k-images-idx3-ubyte.gz"), gzip(idxImages(2051, 2, 3, 3)));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> mnist(new Catalog.Content(99, "ab")).idx("mnist", Split.TEST))
        .withMessageContaining("t10k-images-idx3-ubyte.gz does not hold")
        .withMessageContaining("should have 99 bytes with SHA-256 ab")
        .withMessageContaining("Delete it");
  }

  @Test
  void refusesAFileOfHandThatIsNotThePublishedOne() throws IOException {
    served.put("t10k-images-idx3-ubyte.gz", gzip(idxImages(2051, 2, 3, 3)));
    served.put("t10k-labels-idx1-ubyte.gz", gzip(idxLabels(2049, 7, 1)));
    Path labels = root.resolve("mnist/t10k-labels-idx1-ubyte.gz");
    write(labels, gzip(idxLabels(2049, 7, 2)));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> mnist(null).idx("mnist", Split.TEST))
        .withMessageStartingWith(labels + " is not the published file: its SHA-256 is")
        .withMessageEndingWith(
            "downloaded again; Datasets.openUnchecked, or --unchecked of the command line, reads it as it is");
    ImageBytes unchecked = mnist(null).withoutChecks().idx("mnist", Split.TEST);
    assertThat(unchecked.label(1)).isEqualTo(2);
  }

  @Test
  void refusesAnArchiveOfHandThatIsNotThePublishedOne() throws IOException {
    String name = "cifar-10-binary.tar.gz";
    Map<String, byte[]> entries =
        Map.of("cifar-10-batches-bin/test_batch.bin", cifarRecord(new int[] {3}, 1, 2, 3));
    Path archive = root.resolve("cifar10").resolve(name);
    write(archive, tarGz(entries));
    DataFolder folder = folder("cifar10", null, name);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> folder.cifar10(Split.TEST))
        .withMessageStartingWith(archive + " is not the published file: it has ")
        .withMessageContaining("Delete it, and it is downloaded again; Datasets.openUnchecked");
    assertThat(cifar("test_batch.bin")).doesNotExist();
    assertThat(folder.withoutChecks().cifar10(Split.TEST).label(0)).isEqualTo(3);
    assertThat(archive).exists();
  }

  @Test
  void takesAnArchiveOfHandThatIsThePublishedOne() throws IOException {
    String name = "cifar-10-binary.tar.gz";
    byte[] published =
        tarGz(Map.of("cifar-10-batches-bin/test_batch.bin", cifarRecord(new int[] {3}, 1, 2, 3)));
    served.put(name, published);
    write(root.resolve("cifar10").resolve(name), published);
    DataFolder folder = folder("cifar10", null, name);
    served.clear();
    assertThat(folder.cifar10(Split.TEST).label(0)).isEqualTo(3);
    assertThat(root.resolve("cifar10").resolve(name)).exists();
  }

  @Test
  void saysWhichFileIsMissingAndWhereItBelongs() {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> mnist(null).idx("mnist", Split.TEST))
        .withMessageContaining("t10k-images-idx3-ubyte.gz is not there")
        .withMessageContaining("the server answers 404")
        .withMessageContaining(
            "place it as " + root.resolve("mnist").resolve("t10k-images-idx3-ubyte.gz"));
  }

  @Test
  void downloadsAndUnpacksCifar10AndRemovesTheArchive() throws IOException {
    Map<String, byte[]> entries =
        IntStream.rangeClosed(1, 5)
            .boxed()
            .collect(
                Collectors.toMap(
                    i -> "cifar-10-batches-bin/data_batch_" + i + ".bin",
                    i -> cifarRecord(new int[] {i}, i, i, i)));
    served.put("cifar-10-binary.tar.gz", tarGz(entries));
    ImageBytes data = folder("cifar10", null, "cifar-10-binary.tar.gz").cifar10(Split.TRAIN);
    assertThat(data).hasToString("cifar10-partial: 5 images of 3x32x32 in 10 classes");
    assertThat(IntStream.range(0, 5).map(data::label)).containsExactly(1, 2, 3, 4, 5);
    assertThat(root.resolve("cifar10/cifar-10-binary.tar.gz")).doesNotExist();
  }

  @Test
  void prefersJpegsToIncompleteCifar10AndCompleteCifar10ToJpegs() throws IOException {
    DataFolder folder = folder("cifar10", null);
    byte[] record = cifarRecord(new int[] {3}, 1, 2, 3);
    write(cifar("test_batch.bin"), record);
    assertThat(folder.cifar10(Split.TEST).name()).isEqualTo("cifar10-partial-test");
    Map<String, byte[]> images = Map.of("test/cat/0000.png", greyPng(32, 32, 1));
    write(root.resolve("cifar10/cifar10-jpeg.tar.gz"), tarGz(images));
    assertThat(folder.cifar10(Split.TEST).name()).isEqualTo("cifar10-jpeg-test");
    var batch = new byte[10_000 * record.length];
    for (int i = 0; i < 10_000; i++) {
      System.arraycopy(record, 0, batch, i * record.length, record.length);
    }
    write(cifar("test_batch.bin"), batch);
    ImageBytes complete = folder.cifar10(Split.TEST);
    assertThat(complete.name()).isEqualTo("cifar10-test");
    assertThat(complete.size()).isEqualTo(10_000);
  }

  @Test
  void readsCifar100WithFineAndCoarseClasses() throws IOException {
    Path hundred = root.resolve("cifar100").resolve("cifar-100-binary");
    byte[] record = cifarRecord(new int[] {19, 99}, 1, 2, 3);
    write(hundred.resolve("train.bin"), concat(record, cifarRecord(new int[] {4, 0}, 1, 2, 3)));
    write(hundred.resolve("fine_label_names.txt"), utf8(names("fine", 100)));
    write(hundred.resolve("coarse_label_names.txt"), utf8(names("coarse", 20)));
    DataFolder folder = folder("cifar100", null);
    ImageBytes fine = folder.cifar100(Split.TRAIN, false);
    ImageBytes coarse = folder.cifar100(Split.TRAIN, true);
    assertThat(fine.name()).isEqualTo("cifar100");
    assertThat(fine.classNames().get(fine.label(0))).isEqualTo("fine99");
    assertThat(coarse.name()).isEqualTo("cifar100-coarse");
    assertThat(coarse.classNames().get(coarse.label(0))).isEqualTo("coarse19");
    assertThat(coarse.numClasses()).isEqualTo(20);
  }

  private static String names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).collect(Collectors.joining("\n"));
  }

  @Test
  void isLocatedByPropertyThenVariableThenProjectThenHome() throws IOException {
    Path project = root.resolve("project");
    Path inside = Files.createDirectories(project.resolve("lib/deep"));
    Path home = root.resolve("home");
    assertThat(DataFolder.locate("one", "two", inside, home)).isEqualTo(Path.of("one"));
    assertThat(DataFolder.locate(" ", "two", inside, home)).isEqualTo(Path.of("two"));
    assertThat(DataFolder.locate(null, "", inside, home))
        .isEqualTo(home.resolve(".cache").resolve("adversaria"));
    write(project.resolve("datasets/catalog.json"), utf8("{}"));
    assertThat(DataFolder.locate(null, null, inside, home))
        .isEqualTo(project.resolve("datasets").resolve("files"));
  }

  /** A folder whose catalog has one network, on the local server. */
  private DataFolder networks(byte[] published) {
    String base = "http://localhost:" + server.getAddress().getPort() + "/";
    Catalog.RemoteFile file = published("net.pt", base, published, null);
    var entry = new Catalog.Entry("net", "net", base, "none", "none", List.of(), List.of(file));
    return new DataFolder(root, new Catalog(List.of(), List.of(entry)), downloader(), false);
  }

  @Test
  void downloadsANetworkOnce() {
    byte[] published = utf8("weights");
    served.put("net.pt", published);
    Path file = networks(published).network("net");
    assertThat(file).isEqualTo(root.resolve("networks/net.pt")).hasBinaryContent(published);
    served.clear();
    assertThat(networks(published).network("net")).hasBinaryContent(published);
  }

  @Test
  void takesANetworkPlacedByHandIfItIsThePublishedOne() throws IOException {
    byte[] published = utf8("weights");
    write(root.resolve("networks/net.pt"), published);
    assertThat(networks(published).network("net")).hasBinaryContent(published);

    write(root.resolve("networks/net.pt"), utf8("weightz"));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> networks(published).network("net"))
        .withMessageContaining("net.pt is not the published file: its SHA-256 is")
        .withMessageContaining("Delete it");
  }

  @Test
  void saysHowToPlaceANetworkThatCannotBeDownloaded() {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> networks(utf8("weights")).network("net"))
        .withMessageContaining("net.pt is not there and could not be downloaded")
        .withMessageContaining("place it as " + root.resolve("networks/net.pt"));
  }
}
