package org.adversaria.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.adversaria.torch.Text;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/**
 * A Parquet file of PNG files and labels, as Hugging Face's library {@code datasets} writes images.
 *
 * <p>Source: huggingface.co/docs/datasets, {@code Features.from_arrow_schema}. Columns are
 * optional, although no value is missing: the library takes others for plain structures.
 */
final class ParquetShard implements ShardWriter {

  private static final String IMAGE = "image";
  private static final String BYTES = "bytes";
  private static final String PATH = "path";
  private static final String LABEL = "label";

  /**
   * What a reader has in memory: a row group of at most so many images, and about so many bytes.
   */
  private static final int MOST_IMAGES = 1000;

  private static final long ROW_GROUP_BYTES = 32L << 20;

  /** The length of the footer, as a little-endian int, and PAR1. */
  private static final int TRAILER = 8;

  private final Path file;
  private final MessageType schema;
  private final ParquetWriter<Group> rows;

  ParquetShard(Path file, int classes, List<String> classNames) throws IOException {
    this.file = file;
    schema = schema(classes > 0);
    // Settings of a machine's Hadoop would change the bytes.
    rows =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .withType(schema)
            .withExtraMetaData(Map.of("huggingface", features(classes, classNames)))
            .withRowGroupRowCountLimit(MOST_IMAGES)
            .withRowGroupSize(ROW_GROUP_BYTES)
            .withMinRowCountForPageSizeCheck(1)
            .withDictionaryEncoding(IMAGE + "." + BYTES, false)
            .withStatisticsEnabled(IMAGE + "." + BYTES, false)
            .build();
  }

  private static MessageType schema(boolean labels) {
    var columns =
        Types.buildMessage()
            .optionalGroup()
            .optional(PrimitiveTypeName.BINARY)
            .named(BYTES)
            .optional(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named(PATH)
            .named(IMAGE);
    return (labels ? columns.optional(PrimitiveTypeName.INT64).named(LABEL) : columns)
        .named("samples");
  }

  /** What the columns are, as JSON. */
  private static String features(int classes, List<String> classNames) {
    var features = new TreeMap<String, Object>();
    features.put(IMAGE, Map.of("_type", "Image"));
    if (classes > 0) {
      features.put(
          LABEL,
          classNames.isEmpty()
              ? Map.of("_type", "Value", "dtype", "int64")
              : Map.of("_type", "ClassLabel", "names", classNames));
    }
    return Json.write(Map.of("info", Map.of("features", features)));
  }

  /** Whether the footer, which is written last, tells a number of rows. */
  static boolean isWhole(Path file, int images) {
    var options = ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
    try (var reader = ParquetFileReader.open(new LocalInputFile(file), options)) {
      return reader.getRecordCount() == images;
    } catch (IOException | RuntimeException e) {
      // Parquet's exceptions for what is cut or no Parquet have no class of their own.
      return false;
    }
  }

  @Override
  public void add(String name, byte[] png, long label) throws IOException {
    var row = new SimpleGroup(schema);
    row.addGroup(IMAGE).append(BYTES, Binary.fromConstantByteArray(png)).append(PATH, name);
    if (schema.containsField(LABEL)) {
      row.append(LABEL, label);
    }
    rows.write(row);
  }

  @Override
  public void close() throws IOException {
    rows.close();
    sortEncodings();
  }

  /** The writer lists the encodings of a column in an order that differs between processes. */
  private void sortEncodings() throws IOException {
    try (var access = new RandomAccessFile(file.toFile(), "rw")) {
      long end = access.length() - TRAILER;
      access.seek(end);
      var footer = new byte[Integer.reverseBytes(access.readInt())];
      access.seek(end - footer.length);
      access.readFully(footer);
      byte[] sorted = sorted(footer);
      if (sorted.length != footer.length) {
        throw new IOException(Text.format("The footer of %s could not be put in order", file));
      }
      access.seek(end - footer.length);
      access.write(sorted);
    }
  }

  /** Equally long, since the same encodings have other places. */
  private static byte[] sorted(byte[] footer) throws IOException {
    FileMetaData metadata = Util.readFileMetaData(new ByteArrayInputStream(footer));
    for (RowGroup group : metadata.getRow_groups()) {
      for (ColumnChunk column : group.getColumns()) {
        Collections.sort(column.getMeta_data().getEncodings());
      }
    }
    var bytes = new ByteArrayOutputStream();
    Util.writeFileMetaData(metadata, bytes);
    return bytes.toByteArray();
  }
}
