package org.adversaria.training;

import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * A progress bar on a terminal; without a terminal, as in a notebook, and where a listener is told
 * the progress, nothing is printed.
 */
final class ProgressPrinter implements AutoCloseable {

  private final ProgressBar bar;

  ProgressPrinter(Training training, long done) {
    bar =
        training.listener().isPresent() || System.console() == null
            ? null
            : new ProgressBarBuilder()
                .setTaskName("training")
                .setInitialMax(training.steps())
                .startsFrom(done, Duration.ZERO)
                .setUnit(" steps", 1)
                .showSpeed()
                .build();
  }

  void to(long done) {
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
