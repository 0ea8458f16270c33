package org.adversaria.cli;

import java.time.Duration;
import org.adversaria.torch.Text;

/** Times for people. */
final class Durations {

  private static final int DAY = 24;

  private Durations() {}

  /** Such as {@code 0:42}, {@code 1:02:03} or {@code 2 d 3 h}. */
  static String text(double seconds) {
    Duration time = Duration.ofSeconds(Math.round(seconds));
    if (time.toHours() >= DAY) {
      return Text.format("%d d %d h", time.toDays(), time.toHoursPart());
    }
    return time.toHours() > 0
        ? Text.format("%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : Text.format("%d:%02d", time.toMinutesPart(), time.toSecondsPart());
  }
}
