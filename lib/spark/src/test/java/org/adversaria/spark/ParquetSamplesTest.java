package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipFile;
import org.adversaria.models.Sampling;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.LocalInputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parquet files of images: what other programs read in them, and when they are drawn again. */
@Tag("slow")
class ParquetSamplesTest {

  private static final int COUNT = 450;

  @TempDir private static Path folder;

  private static SparkSession spark;
  private static Path run;

  @BeforeAll
  static void start() throws IOException {
    spark = SparkSessions.create("local[1]");
    run = TinyRun.in(folder);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static SparkSampling sampling(Path to) {
    return SparkSampling.of(run)
        .count(COUNT)
        .seed(3)
        .shardSize(200)
        .format(SampleFormat.PARQUET)
        .to(to);
  }

  @Test
  void imagesAndNamesAreThoseOfTheZips(@TempDir Path to) throws IOException {
    List<Path> zips = sampling(to.resolve("zips")).format(SampleFormat.ZIP).run(spark);
    List<Path> files = sampling(to.resolve("files")).run(spark);
    assertThat(files)
        .extracting(file -> file.getFileName().toString())
        .containsExactly(
            "samples-00000-of-00003.parquet",
            "samples-00001-of-00003.parquet",
            "samples-00002-of-00003.parquet");
    var labels = new ArrayList<Long>();
    for (int shard = 0; shard < files.size(); shard++) {
      List<Row> rows =
          read(files.get(shard)).select("image.path", "image.bytes", "label").collectAsList();
      try (var zip = new ZipFile(zips.get(shard).toFile())) {
        assertThat(rows)
            .extracting(row -> row.getString(0))
            .containsExactlyElementsOf(
                Collections.list(zip.entries()).stream().map(entry -> entry.getName()).toList());
        for (Row row : rows) {
          byte[] png = zip.getInputStream(zip.getEntry(row.getString(0))).readAllBytes();
          assertThat(row.<byte[]>getAs(1)).isEqualTo(png);
          labels.add(row.getLong(2));
        }
      }
    }
    assertThat(labels)
        .containsExactlyElementsOf(
            Arrays.stream(Sampling.ascendingLabels(2, COUNT)).boxed().toList());
  }

  @Test
  void sparkReadsAllFilesOfAFolder(@TempDir Path to) throws IOException {
    sampling(to).run(spark);
    Dataset<Row> samples = read(to.resolve("*.parquet"));
    assertThat(samples.schema().toDDL())
        .isEqualTo("image STRUCT<bytes: BINARY, path: STRING>,label BIGINT");
    assertThat(samples.count()).isEqualTo(COUNT);
    assertThat(samples.where("label = 1").count()).isEqualTo(COUNT / 2);
  }

  @Test
  void filesDoNotDependOnThePartitions(@TempDir Path to) throws IOException {
    List<Path> one = sampling(to.resolve("one")).partitions(1).run(spark);
    List<Path> three = sampling(to.resolve("three")).partitions(3).run(spark);
    for (int shard = 0; shard < one.size(); shard++) {
      assertThat(three.get(shard)).hasSameBinaryContentAs(one.get(shard));
    }
  }

  /** Only the row group at hand has to be in a reader's memory. */
  @Test
  void rowGroupsAreSmallAndNotCompressed(@TempDir Path to) throws IOException {
    Path file = sampling(to).count(1100).shardSize(1100).run(spark).get(0);
    List<BlockMetaData> groups = metadata(file).getBlocks();
    assertThat(groups).extracting(BlockMetaData::getRowCount).containsExactly(1000L, 100L);
    assertThat(groups)
        .flatExtracting(BlockMetaData::getColumns)
        .allSatisfy(
            column -> assertThat(column.getCodec()).isEqualTo(CompressionCodecName.UNCOMPRESSED));
  }

  /** Parquet's writer has them in another order in another process. */
  @Test
  void encodingsAreInOrder(@TempDir Path to) throws IOException {
    byte[] file = Files.readAllBytes(sampling(to).run(spark).get(0));
    int end = file.length - 8;
    int length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(end);
    FileMetaData footer =
        Util.readFileMetaData(new ByteArrayInputStream(file, end - length, length));
    assertThat(footer.getRow_groups().get(0).getColumns())
        .hasSize(3)
        .allSatisfy(
            column ->
                assertThat(column.getMeta_data().getEncodings()).hasSizeGreaterThan(1).isSorted());
  }

  @Test
  void rowGroupsOfLargeImagesHaveFewer(@TempDir Path to) throws IOException {
    Path file = to.resolve("large.parquet");
    try (ShardWriter writer = SampleFormat.PARQUET.create(file, 0, List.of())) {
      for (int i = 0; i < 80; i++) {
        writer.add(i + ".png", new byte[1 << 20], 0);
      }
    }
    assertThat(metadata(file).getBlocks())
        .hasSizeGreaterThan(1)
        .allSatisfy(group -> assertThat(group.getTotalByteSize()).isLessThan(40L << 20));
    assertThat(SampleFormat.PARQUET.isWhole(file, 80)).isTrue();
  }

  @Test
  void labelsHaveTheNamesOfTheRecord(@TempDir Path to) throws IOException {
    Path file = sampling(to).count(100).run(spark).get(0);
    assertThat(features(file))
        .isEqualTo(
            json(
                """
                {"image": {"_type": "Image"},
                 "label": {"_type": "ClassLabel", "names": ["lying", "upright"]}}
                """));
  }

  /** Records of earlier versions have no names. */
  @Test
  void labelsWithoutNamesAreNumbers(@TempDir Path to) throws IOException {
    Path older = to.resolve("older");
    copy(run, older);
    Path record = older.resolve("run.json");
    var json = (ObjectNode) new ObjectMapper().readTree(record.toFile());
    ((ObjectNode) json.get("data")).remove("classNames");
    Files.write(record, json.toString().getBytes(StandardCharsets.UTF_8));
    Path file =
        SparkSampling.of(older)
            .count(100)
            .format(SampleFormat.PARQUET)
            .to(to.resolve("samples"))
            .run(spark)
            .get(0);
    assertThat(features(file))
        .isEqualTo(
            json(
                """
                {"image": {"_type": "Image"}, "label": {"_type": "Value", "dtype": "int64"}}
                """));
  }

  @Test
  void aGeneratorWithoutClassesHasNoLabels(@TempDir Path to) throws IOException {
    Path file =
        SparkSampling.of(TinyRun.withoutClasses(folder))
            .count(100)
            .format(SampleFormat.PARQUET)
            .to(to)
            .run(spark)
            .get(0);
    assertThat(features(file)).isEqualTo(json("{\"image\": {\"_type\": \"Image\"}}"));
    assertThat(read(file).columns()).containsExactly("image");
    assertThat(read(file).count()).isEqualTo(100);
  }

  @Test
  void whatIsNotWholeIsDrawnAgain(@TempDir Path to) throws IOException {
    List<Path> files = sampling(to).run(spark);
    byte[] first = Files.readAllBytes(files.get(0));
    byte[] last = Files.readAllBytes(files.get(2));
    FileTime old = FileTime.fromMillis(0);
    Files.setLastModifiedTime(files.get(1), old);
    // Without a footer; without anything; with a footer that tells fewer images.
    for (byte[] damaged : List.of(Arrays.copyOf(first, first.length - 10), new byte[0], last)) {
      Files.write(files.get(0), damaged);
      sampling(to).run(spark);
      assertThat(files.get(0)).hasBinaryContent(first);
    }
    assertThat(Files.getLastModifiedTime(files.get(1))).isEqualTo(old);
  }

  @Test
  void anUnfinishedFileIsNoShard(@TempDir Path to) throws IOException {
    List<Path> files = sampling(to).run(spark);
    byte[] first = Files.readAllBytes(files.get(0));
    Files.move(
        files.get(0),
        to.resolve("." + files.get(0).getFileName() + ".01234567-89ab-cdef-0123-456789abcdef.tmp"));
    assertThat(read(to.resolve("*.parquet")).count()).isEqualTo(COUNT - 200);
    sampling(to).run(spark);
    assertThat(files.get(0)).hasBinaryContent(first);
    assertThat(read(to.resolve("*.parquet")).count()).isEqualTo(COUNT);
  }

  @Test
  void aFolderOfZipsIsRefused(@TempDir Path to) throws IOException {
    sampling(to).count(100).format(SampleFormat.ZIP).run(spark);
    assertThatThrownBy(() -> sampling(to).count(100).run(spark))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(to + " holds something else")
        .hasMessageContaining("\"format\":\"PARQUET\"")
        .hasMessageContaining("name a new folder");
  }

  @Test
  void fromATerminal(@TempDir Path to) {
    var out = new StringWriter();
    String target = to.resolve("samples").toString();
    int status =
        Terminal.execute(
            out,
            "sample",
            run.toString(),
            "--count",
            "120",
            "--to",
            target,
            "--format",
            "parquet",
            "--master",
            "local[1]");
    spark = SparkSessions.create("local[1]");
    assertThat(status).as(out.toString()).isZero();
    assertThat(out.toString()).contains("written: 120 images in 1 files in " + target);
    assertThat(read(Path.of(target)).count()).isEqualTo(120);
  }

  private static Dataset<Row> read(Path files) {
    return spark.read().parquet(files.toString());
  }

  private static ParquetMetadata metadata(Path file) throws IOException {
    try (var reader = ParquetFileReader.open(new LocalInputFile(file))) {
      return reader.getFooter();
    }
  }

  private static JsonNode features(Path file) throws IOException {
    return json(metadata(file).getFileMetaData().getKeyValueMetaData().get("huggingface"))
        .at("/info/features");
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}
