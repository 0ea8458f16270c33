package org.adversaria.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.adversaria.torch.Text;

/**
 * Decodes the pictures of one data set on all processors, as they come.
 *
 * <p>Encoded pictures take at most an eighth of {@link Limit#MEMORY}, one of more excepted; what
 * remains is for decoded ones and those being decoded, which wait for each other where it is
 * scarce. A data set that does not fit is refused before its memory is taken.
 */
final class Decoder implements AutoCloseable {

  /** What the record of a picture takes, about, beside its bytes and its name. */
  private static final long RECORD = 300;

  private static final long LEAST_ENCODED = 1 << 16;

  private final String source;
  private final UnaryOperator<Picture> change;
  private final long promised;
  private final long memory = Limit.MEMORY.value();
  private final ExecutorService workers =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), Decoder::daemon);
  private final List<Future<Picture>> pictures = new ArrayList<>();
  private long encoded;
  private long decoding;
  private long kept;
  private boolean failed;

  /** The source of a picture file's bytes. */
  interface Content {
    byte[] read() throws IOException;
  }

  /**
   * Starts the decoder of a data set.
   *
   * @param source the folder or archive, for messages
   * @param side the side of square pictures, or {@link ImageFiles#AS_THEY_ARE}
   * @param promised the number of pictures, if it is known; otherwise 1
   */
  Decoder(String source, int side, long promised) {
    this(
        source,
        side == ImageFiles.AS_THEY_ARE ? UnaryOperator.identity() : p -> p.square(side),
        promised);
  }

  /**
   * Starts the decoder of a data set.
   *
   * @param source the folder or archive, for messages
   * @param change of each decoded picture
   * @param promised the number of pictures, if it is known; otherwise 1
   */
  Decoder(String source, UnaryOperator<Picture> change, long promised) {
    this.source = source;
    this.change = change;
    this.promised = promised;
  }

  private static Thread daemon(Runnable task) {
    var thread = new Thread(task, "adversaria-decoder");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Adds a picture; waits while many others are at work.
   *
   * @param file what messages name
   * @param length the bytes that it promises
   * @param content reads them, on a thread of the decoder
   * @return false if a picture has failed, so that {@link #pictures} will
   */
  boolean add(String file, long length, Content content) {
    return reserve(file, length) && submit(file, length, content);
  }

  /** Adds a picture that is read at once, since its archive moves on; see {@link #add}. */
  boolean addNow(String file, long length, Content content) {
    if (!reserve(file, length)) {
      return false;
    }
    byte[] bytes = read(file, content);
    return submit(file, length, () -> bytes);
  }

  private boolean submit(String file, long length, Content content) {
    boolean first = pictures.isEmpty();
    return pictures.add(workers.submit(() -> picture(file, content, share(length), first)));
  }

  /** Waits for all pictures and hands them over, in the order in which they were added. */
  List<Picture> pictures() {
    var all = new ArrayList<Picture>(pictures.size());
    try {
      for (Future<Picture> picture : pictures) {
        all.add(picture.get());
      }
      pictures.clear();
      return all;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DataException problem) {
        throw problem;
      }
      if (e.getCause() instanceof OutOfMemoryError) {
        throw Limit.outOfMemory(source + " was not read: other data left less memory");
      }
      throw new IllegalStateException("A picture of " + source + " was not decoded", e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private Picture picture(String file, Content content, long share, boolean first) {
    long pixels = 0;
    long keep = 0;
    try {
      if (hasFailed()) {
        return null;
      }
      try (var opened = new PictureFile(file, read(file, content))) {
        pixels = reserve(file, opened.memory(), share);
        Picture picture = change.apply(opened.decode());
        keep = Limit.onHeap(picture.bytes().length) + RECORD + 2L * file.length();
        if (first) {
          Limit.requireMemory(source, promised, picture.bytes().length);
        }
        return picture;
      }
    } catch (Throwable e) {
      fail();
      throw e;
    } finally {
      release(share, pixels, keep);
    }
  }

  private static byte[] read(String file, Content content) {
    try {
      return content.read();
    } catch (IOException e) {
      throw new DataException(
          file + " cannot be read (" + Unpacked.reason(e) + "); replace or remove it", e);
    }
  }

  private static long share(long length) {
    return Math.max(length, LEAST_ENCODED);
  }

  /** Takes the share of an encoded picture; false if another picture has failed. */
  private synchronized boolean reserve(String file, long length) {
    Limit.FILE.require(length, () -> Text.format("%s has %d bytes", file, length));
    while (encoded > 0 && encoded + share(length) > memory / 8 && !failed) {
      await();
    }
    encoded += share(length);
    return !failed;
  }

  /** Takes the memory for decoding a picture. */
  private synchronized long reserve(String file, long pixels, long share) {
    long forPixels = memory - Math.max(memory / 8, share);
    while (decoding > 0 && kept + decoding + pixels > forPixels && !failed) {
      await();
    }
    if (kept + pixels > forPixels) {
      throw Limit.outOfMemory(
          Text.format(
              "%s takes %d bytes to be decoded, after images of %d bytes", file, pixels, kept));
    }
    decoding += pixels;
    return pixels;
  }

  private synchronized void release(long share, long pixels, long keep) {
    encoded -= share;
    decoding -= pixels;
    kept += keep;
    notifyAll();
  }

  private synchronized boolean hasFailed() {
    return failed;
  }

  private synchronized void fail() {
    failed = true;
    notifyAll();
  }

  private void await() {
    try {
      wait();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private DataException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new DataException(source + " was not read, since its thread was interrupted", e);
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
