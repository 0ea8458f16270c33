package org.adversaria.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.adversaria.torch.Text;

/**
 * The content of {@code datasets/catalog.json}: sources, files and licences of data sets and
 * trained networks.
 *
 * @param datasets the data sets
 * @param networks trained networks, such as the feature extractors of metrics
 */
record Catalog(List<Entry> datasets, List<Entry> networks) {

  private static final String RESOURCE = "catalog.json";

  /**
   * A data set or a network.
   *
   * @param name its name, and that of a data set's folder
   * @param title its full name
   * @param homepage the authors' page
   * @param licence the terms, in words
   * @param citation the publication to cite
   * @param classes the class names, in the order of the labels; empty if the files have them
   * @param files the files to download
   */
  record Entry(
      String name,
      String title,
      String homepage,
      String licence,
      String citation,
      List<String> classes,
      List<RemoteFile> files) {

    RemoteFile file(String fileName) {
      return files.stream()
          .filter(file -> file.name.equals(fileName))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("No " + fileName + " in " + name));
    }
  }

  /**
   * A file to download.
   *
   * @param name the file's name
   * @param urls the official source, then mirrors of the same bytes; empty if users create the
   *     file, or unpack a folder of that name
   * @param size its bytes; 0 if users create the file
   * @param sha256 its SHA-256; null if users create the file
   * @param content the uncompressed content of a gzip, or null if unknown
   * @param recipe how to get what is not downloaded; null if there are addresses
   */
  record RemoteFile(
      String name, List<String> urls, long size, String sha256, Content content, String recipe) {

    /** A file that is downloaded. */
    RemoteFile(String name, List<String> urls, long size, String sha256, Content content) {
      this(name, urls, size, sha256, content, null);
    }

    /** The difference of a file on disk from the published one, if any. */
    Optional<String> difference(Path file) throws IOException {
      try (InputStream in = Files.newInputStream(file)) {
        return difference(Files.size(file), in);
      }
    }

    /**
     * The difference of bytes from the published ones, if any; they are read if there are as many.
     */
    Optional<String> difference(long bytes, InputStream in) throws IOException {
      if (bytes != size) {
        return Optional.of(Text.format("it has %d bytes instead of %d", bytes, size));
      }
      String actual = Checksums.of(in);
      return actual.equals(sha256)
          ? Optional.empty()
          : Optional.of(Text.format("its SHA-256 is %s instead of %s", actual, sha256));
    }
  }

  /**
   * The content of a compressed file.
   *
   * @param size its bytes
   * @param sha256 its SHA-256
   */
  record Content(long size, String sha256) {}

  /** Reads the library's catalog. */
  static Catalog load() {
    try (InputStream in = Catalog.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(
            RESOURCE + " is not on the class path; build the library with Maven, which adds it");
      }
      return new ObjectMapper().readValue(in, Catalog.class);
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + " of the library is damaged", e);
    }
  }

  Entry entry(String name) {
    return datasets.stream()
        .filter(entry -> entry.name.equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No " + name + " in the catalog"));
  }

  /**
   * Returns the network of a name.
   *
   * @throws IllegalArgumentException if there is none; the message lists the names
   */
  Entry network(String name) {
    return networks.stream()
        .filter(entry -> entry.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Text.format(
                        "There is no network '%s'; there are %s",
                        name, networks.stream().map(Entry::name).toList())));
  }
}
