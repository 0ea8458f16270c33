package org.adversaria.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.adversaria.torch.Text;
import org.apache.hadoop.security.Credentials;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * Spark sessions for sweeps, evaluations and samples.
 *
 * <p>What is not set otherwise, by the arguments, by {@code spark-submit} or by system properties
 * {@code spark.*}, is as follows:
 *
 * <table>
 *   <caption>Defaults</caption>
 *   <tr><th>setting</th><th>value</th></tr>
 *   <tr><td>{@code spark.authenticate}</td>
 *       <td>true; with a local master, YARN and Kubernetes Spark makes a secret for each
 *       session</td></tr>
 *   <tr><td>{@code spark.driver.host}, {@code spark.driver.bindAddress}</td>
 *       <td>127.0.0.1 if the master is local or on the loopback interface</td></tr>
 *   <tr><td>{@code spark.ui.enabled}</td><td>false</td></tr>
 *   <tr><td>{@code spark.executor.cores}</td><td>1, except with a local master</td></tr>
 *   <tr><td>{@code spark.task.cpus}</td>
 *       <td>the cores of an executor: a process trains one cell at a time, with all its cores</td></tr>
 *   <tr><td>{@code spark.task.maxFailures}</td>
 *       <td>8: how many executors may die on one cell before the sweep stops</td></tr>
 * </table>
 *
 * <p>The secret of a standalone cluster is the one that its master and workers have, as {@code
 * spark.authenticate.secret} or in the environment variable {@value #SECRET}.
 */
public final class SparkSessions {

  /** The environment variable with a standalone cluster's secret. */
  public static final String SECRET = "ADVERSARIA_SPARK_SECRET";

  private static final String AUTHENTICATE = "spark.authenticate";
  private static final String AUTHENTICATE_SECRET = "spark.authenticate.secret";
  private static final String LOOPBACK = "127.0.0.1";

  private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d+|\\*)(?:,\\s*\\d+)?])?");
  private static final Pattern ON_LOOPBACK =
      Pattern.compile("spark://(127\\.\\d+\\.\\d+\\.\\d+|localhost|\\[::1]):\\d+");

  /** Spark's packages write many lines of how they are. */
  private static final List<String> TALKATIVE =
      List.of("org.apache.spark", "org.apache.hadoop", "org.sparkproject", "io.netty");

  private SparkSessions() {}

  /**
   * Returns a session, a new one where this process has none.
   *
   * @param master such as {@code local[*]} or {@code spark://host:7077}
   * @return the session
   * @throws IllegalStateException if this Java was started without the options that Spark needs, or
   *     a standalone cluster's secret is missing; the message has the remedy
   */
  public static SparkSession create(String master) {
    return create(master, Map.of());
  }

  /**
   * Returns a session, a new one where this process has none.
   *
   * @param master such as {@code local[*]} or {@code spark://host:7077}
   * @param settings of Spark, such as {@code spark.executor.memory}; they come before all others
   * @return the session
   * @throws IllegalStateException if this Java was started without the options that Spark needs, or
   *     a standalone cluster's secret is missing; the message has the remedy
   */
  public static SparkSession create(String master, Map<String, String> settings) {
    requireOpenModules();
    quieten();
    SparkConf conf = conf(master, settings, System.getenv());
    if (conf.contains(AUTHENTICATE_SECRET)) {
      replaceSecret(conf.get(AUTHENTICATE_SECRET));
    }
    return SparkSession.builder().config(conf).getOrCreate();
  }

  /** Spark keeps the secret of a local session for the process, and prefers it to the setting. */
  private static void replaceSecret(String secret) {
    try {
      var credentials = new Credentials();
      credentials.addSecretKey(
          SecurityManager.SECRET_LOOKUP_KEY(), secret.getBytes(StandardCharsets.UTF_8));
      UserGroupInformation.getCurrentUser().addCredentials(credentials);
    } catch (IOException e) {
      throw new UncheckedIOException("The user of this process is not known", e);
    }
  }

  /** The settings of a session in an environment. */
  static SparkConf conf(
      String master, Map<String, String> settings, Map<String, String> environment) {
    var conf = new SparkConf().setMaster(master);
    settings.forEach(conf::set);
    conf.setIfMissing("spark.app.name", "adversaria");
    conf.setIfMissing("spark.ui.enabled", "false");
    conf.setIfMissing(AUTHENTICATE, "true");
    Matcher local = LOCAL.matcher(master);
    if (local.matches()) {
      conf.setIfMissing("spark.task.cpus", Integer.toString(cores(local.group(1))));
    } else {
      conf.setIfMissing("spark.executor.cores", "1");
      conf.setIfMissing("spark.task.cpus", conf.get("spark.executor.cores"));
      conf.setIfMissing("spark.task.maxFailures", "8");
      conf.setIfMissing(
          "spark.executor.extraJavaOptions", "-Djava.awt.headless=true -DOPT_OUT_TRACKING=true");
      // Of a process's threads that wait for each other, as in environment/'s scripts.
      conf.setIfMissing("spark.executorEnv.GOMP_SPINCOUNT", "5000");
    }
    if (local.matches() || ON_LOOPBACK.matcher(master).matches()) {
      conf.setIfMissing("spark.driver.host", LOOPBACK);
      conf.setIfMissing("spark.driver.bindAddress", LOOPBACK);
    }
    if (master.startsWith("spark://") && conf.getBoolean(AUTHENTICATE, true)) {
      secret(conf, environment);
    }
    return conf;
  }

  private static int cores(String group) {
    if (group == null) {
      return 1;
    }
    return group.equals("*") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(group);
  }

  private static void secret(SparkConf conf, Map<String, String> environment) {
    if (environment.containsKey(SECRET)) {
      conf.setIfMissing(AUTHENTICATE_SECRET, environment.get(SECRET));
    }
    if (!conf.contains(AUTHENTICATE_SECRET)) {
      throw new IllegalStateException(
          Text.format(
              "The secret of the cluster %s is missing: set the environment variable %s, or %s in"
                  + " Spark's settings, to the one that its master and workers have",
              conf.get("spark.master"), SECRET, AUTHENTICATE_SECRET));
    }
  }

  /** Only where this library's own logger is in use; elsewhere Spark's settings of logs hold. */
  private static void quieten() {
    for (String name : TALKATIVE) {
      String property = "org.slf4j.simpleLogger.log." + name;
      if (System.getProperty(property) == null) {
        System.setProperty(property, "error");
      }
    }
  }

  private static void requireOpenModules() {
    Module own = SparkSessions.class.getModule();
    if (!Object.class.getModule().isOpen("sun.nio.ch", own)) {
      throw new IllegalStateException(
          "Spark needs packages of Java that are closed by default: start Java with the options in"
              + " lib/spark/java-options.txt (java @lib/spark/java-options.txt ..., or their text in"
              + " ADVERSARIA_JAVA_OPTIONS for notebooks)");
    }
  }
}
