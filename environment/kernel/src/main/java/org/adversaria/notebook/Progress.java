package org.adversaria.notebook;

import java.util.Collection;
import java.util.Iterator;
import java.util.function.LongSupplier;
import org.adversaria.torch.Text;

/**
 * A progress bar below the cell, with the time that has passed and the time that is left. It is
 * drawn ten times a second at most; the end, and where {@link #close} found it, always. Safe for
 * use by several threads.
 */
public final class Progress implements AutoCloseable {

  private static final long BETWEEN_UPDATES = 100_000_000;
  private static final long UNKNOWN = -1;

  private final String title;
  private final long total;
  private final LongSupplier nanoTime;
  private final long started;
  private final String id;
  private long done;
  private long drawnDone;
  private long drawnAt;
  private boolean closed;

  Progress(String title, long total, LongSupplier nanoTime) {
    this.title = title;
    this.total = total;
    this.nanoTime = nanoTime;
    started = nanoTime.getAsLong();
    drawnAt = started;
    id = Display.display(bundle(started));
  }

  /** One step more is done. */
  public synchronized void step() {
    to(done + 1);
  }

  /**
   * Says how much is done.
   *
   * @param nowDone the steps done in all
   */
  public synchronized void to(long nowDone) {
    done = nowDone;
    long now = nanoTime.getAsLong();
    if (!closed && (done == total || now - drawnAt >= BETWEEN_UPDATES)) {
      draw(now);
    }
  }

  /** Shows the last state, which stays. What is reported afterwards is not shown. */
  @Override
  public synchronized void close() {
    if (!closed && done != drawnDone) {
      draw(nanoTime.getAsLong());
    }
    closed = true;
  }

  private void draw(long now) {
    drawnAt = now;
    drawnDone = done;
    Display.updateDisplay(id, bundle(now));
  }

  private MimeBundle bundle(long now) {
    long passed = now - started;
    return MimeBundle.html(html(passed), text(passed));
  }

  private String text(long passed) {
    String times = "[" + Clock.text(passed);
    if (total < 0) {
      return Text.format("%s  %,d %s]", title, done, times);
    }
    String left = done > 0 && done < total ? Clock.text(left(passed)) : done == 0 ? "?" : "00:00";
    return Text.format("%s  %d%% %,d/%,d %s<%s]", title, percent(), done, total, times, left);
  }

  private String html(long passed) {
    String name = Html.escape(title);
    String bar = "";
    String counts = Text.format("%,d", done);
    String times = Clock.text(passed);
    if (total >= 0) {
      bar =
          Text.format(
              "<progress value=\"%d\" max=\"%d\" style=\"vertical-align: middle\" aria-label=\"%s\"></progress> ",
              Math.min(done, total), Math.max(1, total), name);
      counts = Text.format("%d%%, %,d of %,d", percent(), done, total);
      times += done > 0 && done < total ? ", " + Clock.text(left(passed)) + " left" : "";
    }
    return Text.format(
        "<div>%s %s%s <span style=\"opacity: 0.7\">(%s)</span></div>", name, bar, counts, times);
  }

  /** Never 100 before the end. */
  private long percent() {
    return total == 0 ? 100 : (long) Math.floor(100.0 * done / total);
  }

  private long left(long passed) {
    return (long) ((double) passed / done * (total - done));
  }

  /** The values, with a bar that counts those taken. */
  static <T> Iterable<T> over(String title, Iterable<T> values) {
    long total = values instanceof Collection<?> collection ? collection.size() : UNKNOWN;
    return () -> new Counting<>(values.iterator(), new Progress(title, total, System::nanoTime));
  }

  /** An element counts as done when the next one is asked for. */
  private static final class Counting<T> implements Iterator<T> {

    private final Iterator<T> values;
    private final Progress progress;
    private long taken;

    Counting(Iterator<T> values, Progress progress) {
      this.values = values;
      this.progress = progress;
    }

    @Override
    public boolean hasNext() {
      boolean more = values.hasNext();
      progress.to(taken);
      if (!more) {
        progress.close();
      }
      return more;
    }

    @Override
    public T next() {
      T value = values.next();
      taken++;
      return value;
    }
  }
}
