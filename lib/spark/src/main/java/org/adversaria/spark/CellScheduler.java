package org.adversaria.spark;

import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
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
    try {
      SparkJob.inGroup(
          context,
          "cells of " + out.path(),
          () -> {
            run(context, out, tasks, ended);
            return null;
          });
    } catch (Exception e) {
      requireRunning(context, e);
      throw e;
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
          SparkJob.ended(context)
              + ". Cells that have ended keep their results; the same sweep goes on with the others",
          cause);
    }
  }
}
