package org.adversaria.spark;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.FutureAction;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import scala.Function2;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;

/** Trains cells as the tasks of one job, the largest first. */
final class CellScheduler {

  private static final long MILLIS_BETWEEN_LOOKS = 200;

  private static final String GOES_ON =
      ". Cells that have ended keep their results; the same sweep goes on with the others";

  /** Is told of cells, in the thread that waits for them. */
  interface Listener {

    /** A process begins with a cell; once more where the one before has died. May come late. */
    void began(Cell cell);

    /** A cell has a result. */
    void ended(CellResult result);
  }

  private final SparkContext context;
  private final List<Cell> cells;
  private final Listener listener;
  private final BlockingQueue<Runnable> news = new LinkedBlockingQueue<>();

  private CellScheduler(SparkContext context, List<Cell> cells, Listener listener) {
    this.context = context;
    // Spark begins the tasks of a job in their order.
    this.cells = cells.stream().sorted(Comparator.comparingDouble(Cell::cost).reversed()).toList();
    this.listener = listener;
  }

  /**
   * Returns when all cells have ended.
   *
   * @throws IllegalStateException if the session ends before, or this thread is interrupted
   */
  static void train(SparkContext context, SweepStore out, List<Cell> cells, Listener listener) {
    if (cells.isEmpty()) {
      return;
    }
    var scheduler = new CellScheduler(context, cells, listener);
    try {
      SparkJob.inGroup(context, "cells of " + out, () -> scheduler.run(out));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The sweep was stopped" + GOES_ON, e);
    } catch (Exception e) {
      // Spark's own words are about its inside.
      if (context.isStopped() || ProcessEnd.hasBegun()) {
        throw new IllegalStateException(SparkJob.ended(context) + GOES_ON, e);
      }
      throw e instanceof RuntimeException unchecked
          ? unchecked
          : new IllegalStateException("The sweep's job failed: " + e.getMessage(), e);
    }
  }

  private Void run(SweepStore out) throws Exception {
    List<String> tasks = cells.stream().map(Json::write).toList();
    var numbers = IntStream.range(0, tasks.size()).<Object>mapToObj(task -> task).toList();
    Function2<Object, String, BoxedUnit> handler =
        (task, json) -> {
          news.add(() -> listener.ended(Json.read(json, CellResult.class)));
          return BoxedUnit.UNIT;
        };
    var starts = new Starts(context.getLocalProperty(SparkJob.GROUP));
    context.addSparkListener(starts);
    try {
      FutureAction<BoxedUnit> job =
          context.submitJob(
              new JavaSparkContext(context).parallelize(tasks, tasks.size()).rdd(),
              new CellJob(out),
              CollectionConverters.asScala(numbers).toSeq(),
              handler,
              () -> BoxedUnit.UNIT);
      await(job);
      // Not job.get(), whose exception has words of its own in place of Spark's reason.
      job.value().get().get();
      return null;
    } finally {
      context.removeSparkListener(starts);
    }
  }

  /** Tells the listener of everything until the job has ended. */
  private void await(FutureAction<?> job) throws InterruptedException {
    boolean ended;
    do {
      ended = job.isCompleted();
      Runnable next = news.poll(ended ? 0 : MILLIS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS);
      while (next != null) {
        next.run();
        next = news.poll();
      }
    } while (!ended);
  }

  /** Hears of the tasks that Spark starts, in a thread of Spark. */
  private final class Starts extends SparkListener {

    private final String group;
    private final Set<Object> stages = ConcurrentHashMap.newKeySet();

    Starts(String group) {
      this.group = group;
    }

    @Override
    public void onJobStart(SparkListenerJobStart job) {
      if (group.equals(job.properties().getProperty(SparkJob.GROUP))) {
        stages.addAll(CollectionConverters.asJava(job.stageIds()));
      }
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart task) {
      if (stages.contains(task.stageId())) {
        Cell cell = cells.get(task.taskInfo().index());
        news.add(() -> listener.began(cell));
      }
    }
  }
}
