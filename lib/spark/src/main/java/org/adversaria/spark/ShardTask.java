package org.adversaria.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import org.adversaria.torch.Torch;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.VoidFunction;

/** What a Spark task does for images: it draws some shards. */
final class ShardTask implements VoidFunction<Iterator<Integer>> {

  private static final long serialVersionUID = 1L;

  private final String job;
  private final String folder;

  ShardTask(SamplingJob job, Path folder) {
    this.job = Json.write(job);
    this.folder = folder.toString();
  }

  /** Computes with as many threads as the task has cores. */
  @Override
  public void call(Iterator<Integer> shards) throws IOException {
    if (!shards.hasNext()) {
      return;
    }
    Torch.setThreads(TaskContext.get().cpus());
    SamplingJob asked = Json.read(job, SamplingJob.class);
    Path to = Path.of(folder);
    asked.requireIn(to);
    try (SavedGenerator.Opened opened = asked.generator().open()) {
      while (shards.hasNext()) {
        Shard.write(asked, shards.next(), opened.generator(), to);
      }
    }
  }
}
