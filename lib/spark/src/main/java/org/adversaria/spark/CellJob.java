package org.adversaria.spark;

import java.io.Serializable;
import org.apache.spark.TaskContext;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/** What a Spark task does: it trains the cell that it is given as JSON, and returns its result. */
final class CellJob extends AbstractFunction1<Iterator<String>, String> implements Serializable {

  private static final long serialVersionUID = 1L;

  private final SweepStore out;

  /** Trains cells of a sweep, whose results are kept there. */
  CellJob(SweepStore out) {
    this.out = out;
  }

  /** Trains with as many threads as the task has cores. */
  @Override
  public String apply(Iterator<String> cells) {
    Cell cell = Json.read(cells.next(), Cell.class);
    return Json.write(CellRunner.run(cell, out, TaskContext.get().cpus()));
  }
}
