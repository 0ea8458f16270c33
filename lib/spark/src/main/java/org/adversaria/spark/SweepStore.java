package org.adversaria.spark;

import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.adversaria.torch.Text;
import org.apache.hadoop.conf.Configuration;

/**
 * Where the results of a sweep are kept: {@code sweep.json}, {@code cells/}, {@code
 * results.parquet}, {@code summary.parquet}. It travels to the tasks of the sweep.
 */
interface SweepStore extends Serializable {

  /** What the sweep is. */
  String FILE = "sweep.json";

  /** The results of cells and their runs, each below its cell's name. */
  String CELLS = "cells";

  /** s3a://bucket/results, also as a path of this machine, which has one slash. */
  Pattern URI_PATTERN = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");

  /**
   * Opens the place of a sweep's results, and makes it where it is missing.
   *
   * @param place a folder, or a URI of a file system that Hadoop knows
   * @param configuration of Hadoop
   * @throws IllegalArgumentException if it cannot hold results; the message has the remedy
   */
  static SweepStore create(String place, Configuration configuration) {
    if (place.isBlank()) {
      throw new IllegalArgumentException(
          "The results have no place: name a folder, such as results/");
    }
    if (!URI_PATTERN.matcher(place).matches()) {
      return SweepFolder.create(Path.of(place));
    }
    if (place.toLowerCase(Locale.ROOT).startsWith("file:")) {
      return SweepFolder.create(ofUri(place));
    }
    return SweepObjects.create(place, configuration);
  }

  private static Path ofUri(String place) {
    try {
      return Path.of(URI.create(place));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          Text.format(
              "%s is no URI of a folder (%s): give its path, without file:", place, e.getMessage()),
          e);
    }
  }

  /** Notes what the sweep is, which also shows other machines that they reach the place. */
  void write(SweepFile file) throws IOException;

  /**
   * Requires that this machine reaches the place that the sweep was started with.
   *
   * @throws IllegalStateException if it does not
   * @throws IOException if the place cannot be read
   */
  void requireShared(String host) throws IOException;

  CellStore cell(String id);

  /** Waits until no other process writes the results, and lets none do so until it is closed. */
  Closeable holdResults() throws IOException;

  /** A file of the results for Spark. */
  String uri(String name);
}
