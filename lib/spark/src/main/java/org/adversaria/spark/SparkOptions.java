package org.adversaria.spark;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** The options that say where a command runs. */
final class SparkOptions {

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Where it runs: local[*], the cores of this machine, local[N], spark://HOST:PORT, or any"
              + " other of Spark's masters. By default spark-submit's, or local[*].")
  private String master = System.getProperty("spark.master", "local[*]");

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark, such as spark.executor.memory=4g; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  /** A session; the caller closes it. */
  SparkSession session() {
    return SparkSessions.create(master, settings);
  }
}
