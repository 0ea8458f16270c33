package org.adversaria.data;

import static org.adversaria.data.TestFiles.concat;
import static org.adversaria.data.TestFiles.greyPng;
import static org.adversaria.data.TestFiles.gzip;
import static org.adversaria.data.TestFiles.idxImages;
import static org.adversaria.data.TestFiles.idxLabels;
import static org.adversaria.data.TestFiles.tarEntry;
import static org.adversaria.data.TestFiles.utf8;
import static org.adversaria.data.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.adversaria.ChildJvm;
import org.adversaria.nn.SafeTensors;
import org.adversaria.torch.Text;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that take little on disk and claim, or unpack to, gigabytes, in a process with a heap of 3
 * GiB. Each is refused, or read within it.
 */
@Tag("slow")
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BombsTest {

  private static final int MIB = 1 << 20;

  private Map<String, String> results;

  /** Reads every bomb and prints what came of it, a line each. */
  static final class Reading {
    private Reading() {}

    public static void main(String[] arguments) {
      Path folder = Path.of(arguments[0]);
      Path label = folder.resolve("label");
      List<String> names = List.of("a");
      Map<String, Callable<Object>> readings = new LinkedHashMap<>();
      readings.put("idx", () -> Idx.read("x", folder.resolve("claim.gz"), label, names));
      readings.put("more", () -> Idx.read("x", folder.resolve("more.gz"), label, names));
      readings.put(
          "labels", () -> Idx.read("x", folder.resolve("one"), path(folder, "l.gz"), names));
      readings.put("content", () -> content(folder.resolve("more.gz")));
      readings.put("zip", () -> Datasets.styleGanZip(folder.resolve("picture.zip")));
      readings.put("padded", () -> Datasets.styleGanZip(folder.resolve("padded.zip")));
      readings.put("json", () -> Datasets.styleGanZip(folder.resolve("json.zip")));
      readings.put("pairs", () -> Datasets.styleGanZip(folder.resolve("pairs.zip")));
      readings.put("classes", () -> Datasets.styleGanZip(folder.resolve("classes.zip")));
      readings.put("entry", () -> Datasets.imageTar(folder.resolve("entry.tar"), ""));
      readings.put("many", () -> Datasets.imageTar(folder.resolve("many.tar"), ""));
      readings.put("name", () -> Datasets.imageTar(folder.resolve("name.tar"), ""));
      readings.put("square", () -> Datasets.imageFolder(folder.resolve("square"), 64));
      readings.put("photos", () -> Datasets.imageFolder(folder.resolve("photos"), 64));
      readings.put("cifar", () -> Cifar.read("x", List.of(path(folder, "cifar.bin")), 1, 0, names));
      readings.put("header", () -> SafeTensors.metadata(folder.resolve("header.safetensors")));
      readings.put("tensors", () -> SafeTensors.metadata(folder.resolve("tensors.safetensors")));
      for (Map.Entry<String, Callable<Object>> reading : readings.entrySet()) {
        System.out.println(reading.getKey() + "\t" + result(reading.getValue()));
      }
    }

    private static Path path(Path folder, String name) {
      return folder.resolve(name);
    }

    private static Object content(Path file) {
      Unpacked.requireContent(file, new Catalog.Content(1000, "0"));
      return "read";
    }

    private static String result(Callable<Object> reading) {
      try {
        return String.valueOf(reading.call());
      } catch (Throwable e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
      }
    }
  }

  @BeforeAll
  void readInAProcessOfItsOwn(@TempDir Path folder) throws Exception {
    makeIdx(folder);
    makeZips(folder);
    makeTars(folder);
    makePictures(folder);
    makeOthers(folder);
    ProcessBuilder builder =
        ChildJvm.of(
            List.of("-Xmx3g", "-Djava.awt.headless=true"), Reading.class, folder.toString());
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    results =
        output
            .lines()
            .map(line -> line.split("\t", 2))
            .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
  }

  /** Members of a gzip file follow each other: 64 KB of file for each 64 MiB. */
  private static void gzipped(Path file, byte[] start, int mebibytes) throws IOException {
    byte[] member = gzip(new byte[64 * MIB]);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(gzip(start));
      for (int i = 0; i < mebibytes / 64; i++) {
        out.write(member);
      }
    }
  }

  private static void makeIdx(Path folder) throws IOException {
    byte[] header = Arrays.copyOf(idxImages(2051, 1, 28, 28), 16);
    ByteBuffer.wrap(header).putInt(4, (int) ((10L << 30) / 784));
    gzipped(folder.resolve("claim.gz"), header, 10 << 10);
    assertThat(folder.resolve("claim.gz"))
        .satisfies(f -> assertThat(Files.size(f)).isLessThan(11 * MIB));
    gzipped(folder.resolve("more.gz"), idxImages(2051, 1, 28, 28), 10 << 10);
    byte[] labels = Arrays.copyOf(idxLabels(2049, 0), 8);
    ByteBuffer.wrap(labels).putInt(4, Integer.MAX_VALUE);
    gzipped(folder.resolve("l.gz"), labels, 2 << 10);
    write(folder.resolve("one"), idxImages(2051, 1, 28, 28));
    write(folder.resolve("label"), idxLabels(2049, 0));
  }

  /** A zip with one entry that starts as given and goes on with zeros. */
  private static void zipped(Path file, int mebibytes, Map<String, byte[]> entries)
      throws IOException {
    try (var zip = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      zip.setLevel(Deflater.BEST_SPEED);
      byte[] zeros = new byte[MIB];
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        for (int i = 0; i < mebibytes; i++) {
          zip.write(zeros);
        }
        zip.closeEntry();
      }
    }
  }

  private static void makeZips(Path folder) throws IOException {
    byte[] png = greyPng(8, 8, 7);
    zipped(folder.resolve("picture.zip"), 1536, Map.of("a.png", png));
    zipped(folder.resolve("padded.zip"), 200, Map.of("a.png", png, "b.png", png));
    try (var zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("json.zip")))) {
      zip.setLevel(Deflater.BEST_SPEED);
      zip.putNextEntry(new ZipEntry("a.png"));
      zip.write(png);
      zip.putNextEntry(new ZipEntry("dataset.json"));
      byte[] spaces = utf8(" ".repeat(MIB));
      for (int i = 0; i < 512; i++) {
        zip.write(spaces);
      }
    }
    var pairs = new StringBuilder("{\"labels\": [[\"a.png\", 0]");
    IntStream.range(0, 2_000_000).forEach(i -> pairs.append(",[\"").append(i).append("\",0]"));
    byte[] json = utf8(pairs.append("]}").toString());
    zipped(folder.resolve("pairs.zip"), 0, Map.of("a.png", png, "dataset.json", json));
    byte[] label = utf8("{\"labels\": [[\"a.png\", 2000000000]]}");
    zipped(folder.resolve("classes.zip"), 0, Map.of("a.png", png, "dataset.json", label));
  }

  /** Entries of one size, whose zeros take nothing on disk. */
  private static void tarred(Path file, int entries, char type, long size) throws IOException {
    byte[] png = greyPng(8, 8, 7);
    try (var out = new RandomAccessFile(file.toFile(), "rw")) {
      for (int i = 0; i < entries; i++) {
        long start = i * (512 + size);
        out.seek(start);
        out.write(tarEntry(utf8("cat/" + i + ".png"), type, size, png));
      }
      out.setLength(entries * (512 + size) + 1024);
    }
  }

  private static void makeTars(Path folder) throws IOException {
    tarred(folder.resolve("entry.tar"), 1, '0', 3L << 30);
    tarred(folder.resolve("many.tar"), 64, '0', 48L << 20);
    tarred(folder.resolve("name.tar"), 1, 'L', 2L << 30);
  }

  private static void makePictures(Path folder) throws IOException {
    var square = new BufferedImage(20_000, 20_000, BufferedImage.TYPE_BYTE_BINARY);
    write(folder.resolve("square/a.png"), TestFiles.png(square));
    byte[] photo = TestFiles.png(new BufferedImage(8192, 8192, BufferedImage.TYPE_BYTE_BINARY));
    for (int i = 0; i < 2; i++) {
      write(folder.resolve("photos/" + i + ".png"), photo);
    }
  }

  private static void makeOthers(Path folder) throws IOException {
    try (var out = new RandomAccessFile(folder.resolve("cifar.bin").toFile(), "rw")) {
      out.setLength(3073L * MIB);
    }
    byte[] length =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(100_000_000).array();
    try (var out = new RandomAccessFile(folder.resolve("header.safetensors").toFile(), "rw")) {
      out.write(length);
      out.setLength(100_000_008);
    }
    var header =
        new StringBuilder("{\"0\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");
    for (int i = 1; i <= 1_000_000; i++) {
      header
          .append(",\"")
          .append(i)
          .append("\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");
    }
    byte[] text = new byte[100_000_000];
    Arrays.fill(text, (byte) ' ');
    byte[] json = utf8(header.append('}').toString());
    System.arraycopy(json, 0, text, 0, json.length);
    write(folder.resolve("tensors.safetensors"), concat(length, text));
  }

  private void assertRefused(String name, String... problem) {
    assertThat(results.get(name)).startsWith("DataException: ").contains(problem);
  }

  @Test
  void idxFiles() {
    assertRefused("idx", "claim.gz has 13695686 images, which take 816 bytes each", "-Xmx");
    assertRefused("more", "more.gz goes on after the 1 images its header promises");
    assertRefused("labels", "one has 1 images, but", "l.gz has 2147483647 labels");
    assertRefused("content", "more.gz does not hold what its publisher's file holds", "at least");
    assertRefused("cifar", "cifar.bin has 1048576 images, which take 3104 bytes each", "-Xmx");
  }

  @Test
  void zips() {
    assertRefused("zip", "picture.zip!a.png has 16106", "-Dadversaria.limit.file");
    assertThat(results.get("padded")).isEqualTo("padded: 2 images of 1x8x8 in 1 classes");
    assertRefused("json", "json.zip!dataset.json has more than 268435456 bytes", "limit.json");
    assertRefused("pairs", "pairs.zip!dataset.json labels 2000000 images that are not there");
    assertRefused("classes", "the label 2000000000, but", "makes 2000000001 classes");
  }

  @Test
  void tars() {
    assertRefused("entry", "entry.tar!cat/0.png has 3221225472 bytes", "limit.file");
    assertThat(results.get("many")).isEqualTo("many: 64 images of 1x8x8 in 1 classes");
    assertRefused("name", "name.tar has an entry whose headers take more than 1048576 bytes");
  }

  @Test
  void pictures() {
    assertRefused("square", "a.png claims 20000x20000 pixels", "limit.pixels");
    assertThat(results.get("photos")).isEqualTo("photos: 2 images of 1x64x64 in 1 classes");
  }

  @Test
  void safeTensors() {
    assertThat(results.get("header")).contains("its header does not begin with '{'");
    assertThat(results.get("tensors")).isEqualTo("{}");
  }

  @Test
  void nothingRanOutOfMemory() {
    assertThat(results).hasSize(17);
    assertThat(results.values()).noneMatch(result -> result.contains("OutOfMemory"));
    assertThat(Text.format("%s", results)).doesNotContain("Error");
  }
}
