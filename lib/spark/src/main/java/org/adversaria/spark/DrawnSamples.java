package org.adversaria.spark;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.adversaria.metrics.BallCounts;
import org.adversaria.metrics.BlockNeighbours;
import org.adversaria.metrics.EvaluationPart;
import org.adversaria.metrics.FeatureBlock;
import org.adversaria.metrics.NearestDistances;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import scala.Function1;
import scala.Tuple2;

/**
 * An evaluation's samples, which tasks draw once. Their features stay on the machines of the tasks
 * until this is closed; those of a machine that dies are drawn again.
 */
final class DrawnSamples implements AutoCloseable {

  private final SparkSession spark;
  private final String name;
  private final int tasks;
  private final JavaRDD<Drawn> drawn;
  private final JavaRDD<FeatureBlock> generated;
  private final JavaRDD<FeatureBlock> real;

  /**
   * Says what is drawn; nothing is done yet.
   *
   * @param provenance of the evaluation in this process
   * @param tasks for pairs of blocks
   */
  DrawnSamples(SparkSession spark, EvaluationJob job, String provenance, Slices slices, int tasks) {
    this.spark = spark;
    this.name = job.name();
    this.tasks = tasks;
    drawn =
        new JavaSparkContext(spark.sparkContext())
            .parallelize(slices.numbers(), slices.count())
            .map(new PartTask(job, provenance, slices));
    generated = drawn.flatMap(Drawn::generated);
    real = drawn.flatMap(Drawn::real);
  }

  /** The moments of all samples, of which nothing else is kept. */
  EvaluationPart moments() {
    return EvaluationPart.from(
        SparkJob.run(
            spark,
            "samples of " + name,
            context -> drawn.map(Drawn::part).treeReduce(new MergeParts())));
  }

  /** The moments of all samples, whose features are kept. */
  EvaluationPart momentsAndFeatures() {
    drawn.persist(StorageLevel.MEMORY_AND_DISK());
    return moments();
  }

  /** Who lies in whose ball, of the features that are kept. */
  List<BallCounts> counts(BlockNeighbours neighbours) {
    return SparkJob.run(spark, "neighbours of " + name, context -> counts(context, neighbours));
  }

  private List<BallCounts> counts(JavaSparkContext context, BlockNeighbours neighbours) {
    int blocks = kept(generated);
    // The first slices have the real images.
    JavaRDD<FeatureBlock> realBlocks = first(real, kept(real));
    // Their features are blocks of their own now, so that pairs do not move the moments.
    drawn.unpersist();
    Map<String, NearestDistances> nearest =
        pairs(generated, blocks)
            .union(pairs(realBlocks, realBlocks.getNumPartitions()))
            .coalesce(tasks)
            .flatMap(new NearestTask(neighbours))
            .keyBy(NearestDistances::block)
            .reduceByKey(NearestDistances::merge)
            .collectAsMap();
    Broadcast<Map<String, NearestDistances>> everywhere = context.broadcast(new HashMap<>(nearest));
    try {
      return realBlocks
          .cartesian(generated)
          .coalesce(tasks)
          .flatMap(new CountTask(neighbours, everywhere))
          .keyBy(BallCounts::block)
          .reduceByKey(BallCounts::merge)
          .values()
          .collect();
    } finally {
      everywhere.destroy();
    }
  }

  /** Keeps blocks, and returns how many there are. */
  private static int kept(JavaRDD<FeatureBlock> blocks) {
    return Math.toIntExact(blocks.persist(StorageLevel.MEMORY_AND_DISK()).count());
  }

  /** The first partitions. */
  private static JavaRDD<FeatureBlock> first(JavaRDD<FeatureBlock> blocks, int count) {
    PartitionFilter filter = number -> (Integer) number < count;
    return new JavaRDD<>(PartitionPruningRDD.create(blocks.rdd(), filter), blocks.classTag());
  }

  /** Each pair of two blocks once, and each block with itself; each partition has one block. */
  private static JavaRDD<Tuple2<FeatureBlock, FeatureBlock>> pairs(
      JavaRDD<FeatureBlock> blocks, int count) {
    JavaPairRDD<FeatureBlock, FeatureBlock> all = blocks.cartesian(blocks);
    PartitionFilter filter = number -> (Integer) number / count <= (Integer) number % count;
    return new JavaRDD<>(PartitionPruningRDD.create(all.rdd(), filter), all.classTag());
  }

  /** Whether a partition is kept, by its number; Spark sends it along. */
  private interface PartitionFilter extends Function1<Object, Object>, Serializable {}

  @Override
  public void close() {
    if (!spark.sparkContext().isStopped()) {
      List.of(drawn, generated, real).forEach(each -> each.unpersist());
    }
  }
}
