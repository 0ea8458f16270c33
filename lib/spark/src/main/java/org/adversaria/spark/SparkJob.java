package org.adversaria.spark;

import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.adversaria.torch.Text;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** One job of Spark, which ends with its call and whose failure says what went wrong. */
final class SparkJob {

  /** Spark's name for the property that has a job's group. */
  static final String GROUP = "spark.jobGroup.id";

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
    SparkContext context = spark.sparkContext();
    try {
      return inGroup(context, what, () -> job.apply(new JavaSparkContext(context)));
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw failure(context, what, e);
    }
  }

  /** Runs a job as a group of its own; where the call ends early, its tasks do too. */
  static <T> T inGroup(SparkContext context, String what, Callable<T> job) throws Exception {
    String group = "adversaria-" + UUID.randomUUID();
    boolean done = false;
    try {
      context.setJobGroup(group, what, true);
      T result = job.call();
      done = true;
      return result;
    } finally {
      // After an interrupt of this thread the tasks would go on.
      if (!done && !context.isStopped()) {
        context.cancelJobGroup(group);
      }
      context.clearJobGroup();
    }
  }

  /** What there is to say of a session that has ended. */
  static String ended(SparkContext context) {
    if (ProcessEnd.hasBegun()) {
      return "This process was told to stop";
    }
    return Text.format(
        "Spark's session with %s has ended: it was stopped, or its master was not reached or has"
            + " another secret",
        context.master());
  }

  /** Spark's own exceptions say at which task, and have what it threw as their cause. */
  private static IllegalStateException failure(SparkContext context, String what, Exception e) {
    if (context.isStopped() || ProcessEnd.hasBegun()) {
      return new IllegalStateException(ended(context), e);
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
