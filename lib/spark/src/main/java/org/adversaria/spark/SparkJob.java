package org.adversaria.spark;

import java.io.IOException;
import java.util.UUID;
import java.util.function.Function;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** One job of Spark, which ends with its call and whose failure says what went wrong. */
final class SparkJob {

  private SparkJob() {}

  /**
   * Runs a job.
   *
   * @param what it does, in words
   * @param job is called here and now
   * @throws IllegalStateException if a task failed; the message is the task's own
   */
  static <T> T run(SparkSession spark, String what, Function<JavaSparkContext, T> job) {
    var context = new JavaSparkContext(spark.sparkContext());
    String group = "adversaria-" + UUID.randomUUID();
    context.setJobGroup(group, what, true);
    boolean done = false;
    try {
      T result = job.apply(context);
      done = true;
      return result;
    } catch (Exception e) {
      throw failure(what, e);
    } finally {
      // After an interrupt of this thread the tasks would go on.
      if (!done) {
        context.cancelJobGroup(group);
      }
      context.clearJobGroup();
    }
  }

  /** Spark's own exceptions say at which task, and have what it threw as their cause. */
  private static IllegalStateException failure(String what, Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      boolean ours =
          cause instanceof IllegalStateException
              || cause instanceof IllegalArgumentException
              || cause instanceof IOException;
      if (ours && cause.getMessage() != null) {
        return new IllegalStateException(cause.getMessage(), e);
      }
    }
    return new IllegalStateException("The job failed: " + what + ": " + e.getMessage(), e);
  }
}
