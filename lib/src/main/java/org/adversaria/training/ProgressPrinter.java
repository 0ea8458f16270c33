package org.adversaria.training;

import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** A progress bar on a terminal; without a terminal, as in a notebook, nothing is printed. */
final class ProgressPrinter implements AutoCloseable {

  private final ProgressBar bar;

  ProgressPrinter(long steps, long done) {
    bar =
        System.console() == null
            ? null
            : new ProgressBarBuilder()
                .setTaskName("training")
                .setInitialMax(steps)
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
