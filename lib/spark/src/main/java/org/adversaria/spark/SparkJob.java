package org.adversaria.spark;

import java.io.IOException;
import java.util.UUID;
import java.util.function.Function;
import org.adversaria.torch.Text;
import org.apache.spark.SparkContext;
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
   * @throws IllegalStateException if the session ends, or a task failed; the message is then the
   *     task's own
   */
  static <T> T run(SparkSession spark, String what, Function<JavaSparkContext, T> job) {
    var context = new JavaSparkContext(spark.sparkContext());
    String group = "adversaria-" + UUID.randomUUID();
    boolean done = false;
    try {
      context.setJobGroup(group, what, true);
      T result = job.apply(context);
      done = true;
      return result;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw failure(context.sc(), what, e);
    } finally {
      // After an interrupt of this thread the tasks would go on.
      if (!done && !context.sc().isStopped()) {
        context.cancelJobGroup(group);
      }
      context.clearJobGroup();
    }
  }

  /** Spark's own exceptions say at which task, and have what it threw as their cause. */
  private static IllegalStateException failure(SparkContext context, String what, Exception e) {
    if (context.isStopped()) {
      return new IllegalStateException(
          Text.format(
              "Spark's session with %s has ended: it was stopped, or its master was not reached or"
                  + " has another secret",
              context.master()),
          e);
    }
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
