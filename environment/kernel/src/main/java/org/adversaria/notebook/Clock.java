package org.adversaria.notebook;

import org.adversaria.torch.Text;

/** Times as text. */
final class Clock {

  private Clock() {}

  /** Such as {@code 00:42} or {@code 1:00:07}. */
  static String text(long nanos) {
    long seconds = nanos / 1_000_000_000;
    return seconds < 3600
        ? Text.format("%02d:%02d", seconds / 60, seconds % 60)
        : Text.format("%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
