package org.adversaria.spark;

import java.io.IOException;
import org.adversaria.torch.Torch;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;

/** What a Spark task does for an evaluation: it draws a slice of the batches. */
final class PartTask implements Function<Integer, Drawn> {

  private static final long serialVersionUID = 1L;

  private final String job;
  private final String provenance;
  private final int batches;
  private final int slices;

  PartTask(EvaluationJob job, String provenance, Slices slices) {
    this.job = Json.write(job);
    this.provenance = provenance;
    this.batches = slices.things();
    this.slices = slices.count();
  }

  /** Computes with as many threads as the task has cores. */
  @Override
  public Drawn call(Integer slice) throws IOException {
    Torch.setThreads(TaskContext.get().cpus());
    var all = new Slices(batches, slices);
    return new Drawn(
        Json.read(job, EvaluationJob.class).part(all.first(slice), all.end(slice), provenance));
  }
}
