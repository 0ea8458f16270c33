package org.adversaria.spark;

import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.adversaria.torch.Text;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Function2;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/** Trains cells as the tasks of one job, the largest first. */
final class CellScheduler {

  private CellScheduler() {}

  /**
   * Returns when all cells have ended.
   *
   * @param ended is told of each
   * @throws IllegalStateException if the session ends before
   */
  static void train(
      SparkContext context, SweepFolder out, List<Cell> cells, Consumer<CellResult> ended) {
    if (cells.isEmpty()) {
      return;
    }
    // Spark begins the tasks of a job in their order.
    List<String> tasks =
        cells.stream()
            .sorted(Comparator.comparingDouble(Cell::cost).reversed())
            .map(Json::write)
            .toList();
    String group = "sweep-" + UUID.randomUUID();
    boolean done = false;
    try {
      context.setJobGroup(group, "cells of " + out.path(), true);
      run(context, out, tasks, ended);
      done = true;
    } catch (Exception e) {
      requireRunning(context, e);
      throw e;
    } finally {
      // After an interrupt of this thread the cells would go on.
      if (!done && !context.isStopped()) {
        context.cancelJobGroup(group);
      }
      context.clearJobGroup();
    }
  }

  private static void run(
      SparkContext context, SweepFolder out, List<String> tasks, Consumer<CellResult> ended) {
    var numbers = IntStream.range(0, tasks.size()).<Object>mapToObj(task -> task).toList();
    Function2<Object, String, BoxedUnit> handler =
        (task, json) -> {
          ended.accept(Json.read(json, CellResult.class));
          return BoxedUnit.UNIT;
        };
    context.runJob(
        new JavaSparkContext(context).parallelize(tasks, tasks.size()).rdd(),
        new CellJob(out.path()),
        CollectionConverters.asScala(numbers).toSeq(),
        handler,
        ClassTag$.MODULE$.apply(String.class));
  }

  /** Spark's own words are about its inside. */
  private static void requireRunning(SparkContext context, Exception cause) {
    if (context.isStopped()) {
      throw new IllegalStateException(
          Text.format(
              "Spark's session with %s has ended: it was stopped, or its master was not reached or"
                  + " has another secret. Cells that have ended keep their results; the same sweep"
                  + " goes on with the others",
              context.master()),
          cause);
    }
  }
}
