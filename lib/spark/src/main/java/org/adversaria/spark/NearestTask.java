package org.adversaria.spark;

import java.util.Iterator;
import org.adversaria.metrics.BlockNeighbours;
import org.adversaria.metrics.FeatureBlock;
import org.adversaria.metrics.NearestDistances;
import org.adversaria.torch.Torch;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import scala.Tuple2;

/** What a Spark task does for neighbours: it searches pairs of blocks of one set. */
final class NearestTask
    implements FlatMapFunction<Tuple2<FeatureBlock, FeatureBlock>, NearestDistances> {

  private static final long serialVersionUID = 1L;

  private final BlockNeighbours neighbours;

  NearestTask(BlockNeighbours neighbours) {
    this.neighbours = neighbours;
  }

  /** Computes with as many threads as the task has cores. */
  @Override
  public Iterator<NearestDistances> call(Tuple2<FeatureBlock, FeatureBlock> pair) {
    Torch.setThreads(TaskContext.get().cpus());
    return neighbours.nearest(pair._1(), pair._2()).iterator();
  }
}
