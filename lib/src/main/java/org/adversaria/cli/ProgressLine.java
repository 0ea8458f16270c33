package org.adversaria.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.adversaria.metrics.Evaluation.StageProgress;

/** A progress bar on the standard error for each stage, where there is a terminal to show it. */
final class ProgressLine implements AutoCloseable {

  private final boolean shown = System.console() != null;
  private String stage;
  private ProgressBar bar;

  void show(StageProgress progress) {
    if (!shown) {
      return;
    }
    if (!progress.stage().equals(stage)) {
      close();
      stage = progress.stage();
      bar =
          new ProgressBarBuilder()
              .setTaskName(stage)
              // A negative maximum is one that is not known.
              .setInitialMax(progress.total() == 0 ? -1 : progress.total())
              .build();
    }
    bar.stepTo(progress.done());
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
