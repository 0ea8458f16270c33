package org.adversaria.spark;

import java.util.Iterator;
import java.util.Map;
import org.adversaria.metrics.BallCounts;
import org.adversaria.metrics.BlockNeighbours;
import org.adversaria.metrics.FeatureBlock;
import org.adversaria.metrics.NearestDistances;
import org.adversaria.torch.Torch;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/** What a Spark task does for balls: it counts in pairs of a real and a generated block. */
final class CountTask implements FlatMapFunction<Tuple2<FeatureBlock, FeatureBlock>, BallCounts> {

  private static final long serialVersionUID = 1L;

  private final BlockNeighbours neighbours;
  private final Broadcast<Map<String, NearestDistances>> nearest;

  CountTask(BlockNeighbours neighbours, Broadcast<Map<String, NearestDistances>> nearest) {
    this.neighbours = neighbours;
    this.nearest = nearest;
  }

  /** Computes with as many threads as the task has cores. */
  @Override
  public Iterator<BallCounts> call(Tuple2<FeatureBlock, FeatureBlock> pair) {
    Torch.setThreads(TaskContext.get().cpus());
    return neighbours.count(pair._1(), pair._2(), nearest.value()::get).iterator();
  }
}
