package org.adversaria.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.adversaria.torch.Text;

/**
 * Decodes the pictures of one data set on all processors, as they come.
 *
 * <p>Encoded pictures take at most an eighth of {@link Limit#MEMORY}, one of more excepted; what
 * remains is for decoded ones and those being decoded, which wait for each other where it is
 * scarce. A data set that does not fit is refused before its memory is taken.
 */
final class Decoder<T extends Decoder.Result> implements AutoCloseable {

  /** What the record of a picture takes, about, beside its bytes and its name. */
  private static final long RECORD = 300;

  private static final long LEAST_ENCODED = 1 << 16;

  private final String source;
  private final Work<T> work;
  private final long promised;
  private final boolean orientation;
  private final boolean skipBroken;
  private final long memory = Limit.MEMORY.value();
  private final ExecutorService workers =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), Decoder::daemon);
  private final List<Future<T>> results = new ArrayList<>();
  private final Map<Integer, String> broken = new TreeMap<>();
  private long encoded;
  private long decoding;
  private long kept;
  private boolean failed;

  /** The source of a picture file's bytes. */
  interface Content {
    byte[] read() throws IOException;
  }

  /** What is made of a decoded picture, on a thread of the decoder. */
  interface Work<T> {
    T apply(PictureFile file, Picture picture);
  }

  /** What is kept of a picture. */
  interface Result {

    /** The bytes of memory that it takes. */
    int length();
  }

  /**
   * Starts the decoder of a data set, whose first failure ends it.
   *
   * @param source the folder or archive, for messages
   * @param promised the number of pictures, if it is known; otherwise 1
   * @param work on each upright picture
   */
  Decoder(String source, long promised, Work<T> work) {
    this(source, promised, true, false, work);
  }

  /**
   * Starts the decoder of a data set.
   *
   * @param source the folder or archive, for messages
   * @param promised the number of pictures, if it is known; otherwise 1
   * @param orientation whether pictures are turned as their EXIF data say
   * @param skipBroken whether those that cannot be read are passed over, see {@link #broken}
   * @param work on each picture
   */
  Decoder(String source, long promised, boolean orientation, boolean skipBroken, Work<T> work) {
    this.source = source;
    this.promised = promised;
    this.orientation = orientation;
    this.skipBroken = skipBroken;
    this.work = work;
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
   * @return false if a picture has failed, so that {@link #results} will
   */
  boolean add(String file, long length, Content content) {
    return isTooLarge(file, length) || reserve(length) && submit(file, length, content);
  }

  /** Adds a picture that is read at once, since its archive moves on; see {@link #add}. */
  boolean addNow(String file, long length, Content content) {
    if (isTooLarge(file, length)) {
      return true;
    }
    if (!reserve(length)) {
      return false;
    }
    byte[] bytes = read(file, content);
    return submit(file, length, () -> bytes);
  }

  /** Whether a file goes beyond the limit and is passed over for it. */
  private boolean isTooLarge(String file, long length) {
    try {
      Limit.FILE.require(length, () -> Text.format("%s has %d bytes", file, length));
      return false;
    } catch (DataException e) {
      if (!skipBroken) {
        throw e;
      }
      passOver(results.size(), e.getMessage());
      return results.add(CompletableFuture.completedFuture(null));
    }
  }

  private boolean submit(String file, long length, Content content) {
    int position = results.size();
    return results.add(workers.submit(() -> result(position, file, content, share(length))));
  }

  /**
   * Waits for all pictures and hands over what was made of them, in the order in which they were
   * added; null for those that are {@link #broken}.
   */
  List<T> results() {
    var all = new ArrayList<T>(results.size());
    try {
      for (Future<T> result : results) {
        all.add(result.get());
      }
      results.clear();
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

  /** The pictures that were passed over, by their position, and why; after {@link #results}. */
  synchronized Map<Integer, String> broken() {
    return broken;
  }

  private T result(int position, String file, Content content, long share) {
    long pixels = 0;
    long keep = 0;
    try {
      if (hasFailed()) {
        return null;
      }
      try (PictureFile opened = opened(file, content)) {
        pixels = reserve(file, opened.memory(), share);
        T result = work.apply(opened, decoded(opened));
        keep = Limit.onHeap(result.length()) + RECORD + 2L * file.length();
        if (position == 0) {
          Limit.requireMemory(source, promised, result.length());
        }
        return result;
      }
    } catch (BrokenPicture e) {
      if (!skipBroken) {
        fail();
        throw e.problem;
      }
      passOver(position, e.problem.getMessage());
      return null;
    } catch (Throwable e) {
      fail();
      throw e;
    } finally {
      release(share, pixels, keep);
    }
  }

  /** Tells a picture that cannot be read from memory that is not enough. */
  private static final class BrokenPicture extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final transient DataException problem;

    BrokenPicture(DataException problem) {
      super(problem);
      this.problem = problem;
    }
  }

  private static PictureFile opened(String file, Content content) {
    try {
      return new PictureFile(file, read(file, content));
    } catch (DataException e) {
      throw new BrokenPicture(e);
    }
  }

  private Picture decoded(PictureFile file) {
    try {
      Picture picture = file.decode();
      return orientation ? picture.oriented(file.orientation()) : picture;
    } catch (DataException e) {
      throw new BrokenPicture(e);
    }
  }

  private synchronized void passOver(int position, String why) {
    broken.put(position, why);
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
  private synchronized boolean reserve(long length) {
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
