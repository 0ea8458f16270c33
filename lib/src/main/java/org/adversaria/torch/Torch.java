package org.adversaria.torch;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** PyTorch's process-wide state: random numbers, threads, the manager that lives for ever. */
public final class Torch {

  private static final NDManager PROCESS = NDManager.newBaseManager(null, "PyTorch");

  /** Held by the thread whose random numbers are drawn. Fair: else one training starves another. */
  private static final ReentrantLock RANDOM = new ReentrantLock(true);

  private Torch() {}

  /**
   * Seeds PyTorch's random generators, on the CPU and on every GPU.
   *
   * <p>All random numbers of DJL's arrays (normal, uniform, dropout, permutation) follow from it.
   * The generators are the process's: where another thread may draw at the same time, take {@link
   * #seeded(long, Supplier)}, which this call waits for.
   *
   * @param seed any value
   */
  public static void setSeed(long seed) {
    RANDOM.lock();
    try {
      JniUtils.setSeed(seed);
    } finally {
      RANDOM.unlock();
    }
  }

  /**
   * Seeds PyTorch's random generators and computes with them alone: until the computation ends,
   * other threads that call this method or {@link #setSeed} wait. So its numbers are the same
   * whatever else runs in the process.
   *
   * <p>Every step of a training, every batch of samples and all first values of networks are
   * computed so; two trainings in two threads take turns, step by step, and each gives the numbers
   * it gives alone. A thread that draws outside of this method still disturbs the others.
   *
   * <p>A computation may call this method again: what it draws afterwards follows from the inner
   * seed. It must not wait for another thread that calls it. An interrupt does not end the waiting.
   *
   * @param <T> the type of the result
   * @param seed any value
   * @param computation what draws random numbers, in the calling thread
   * @return what it returned
   */
  public static <T> T seeded(long seed, Supplier<T> computation) {
    RANDOM.lock();
    try {
      JniUtils.setSeed(seed);
      return computation.get();
    } finally {
      RANDOM.unlock();
    }
  }

  /**
   * Seeds PyTorch's random generators and computes with them alone, as {@link #seeded(long,
   * Supplier)}.
   *
   * @param seed any value
   * @param computation what draws random numbers, in the calling thread
   */
  public static void seeded(long seed, Runnable computation) {
    seeded(
        seed,
        () -> {
          computation.run();
          return null;
        });
  }

  /**
   * Derives the seed of one of many independent streams, such as those of a run's steps.
   *
   * <p>Mixed by the finalizer of SplitMix64, so that near inputs give unrelated seeds.
   *
   * @param seed of the whole
   * @param stream which stream
   * @return the stream's seed
   */
  public static long deriveSeed(long seed, long stream) {
    long z = seed * 0x9E3779B97F4A7C15L + stream + 0x632BE59BD9B4E019L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /**
   * Returns how many threads share one operation.
   *
   * @return as many as the machine has cores unless told otherwise
   */
  public static int threads() {
    return JniUtils.getNumThreads();
  }

  /**
   * Sets how many threads share one operation; at first as many as there are cores. On cores that
   * other programs use too, 1 is faster than all. The system property {@code
   * ai.djl.pytorch.num_threads} says the same from outside.
   *
   * <p>There is no second setting for operations beside each other: this library runs one after the
   * other. Numbers too small for a normalised float32 are computed as such: the switch that rounds
   * them to zero is not among what scripts can reach.
   *
   * @param count at least 1
   * @throws IllegalArgumentException if it is less
   */
  public static void setThreads(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("An operation needs at least one thread, not " + count);
    }
    JniUtils.setNumThreads(count);
  }

  /**
   * Lets cuDNN try its convolution algorithms at the first call of each shape and keep the fastest:
   * faster on a GPU for networks whose shapes stay, and no longer the same to the last bit from
   * process to process. Nothing changes on the CPU.
   *
   * @param tuned false at first
   */
  public static void tuneConvolutions(boolean tuned) {
    JniUtils.setBenchmarkCuDNN(tuned);
  }

  /**
   * Returns where PyTorch's native libraries were loaded from. The folder's name tells the version
   * and whether it is a build for the CPU or for a version of CUDA.
   *
   * @return a folder
   */
  public static Path libraryFolder() {
    return Path.of(LibUtils.getLibtorchPath());
  }

  /** Begins PyTorch's profiler: operators of every thread are noted. One at a time. */
  public static void startProfile() {
    JniUtils.startProfile(false, false, false);
  }

  /**
   * Ends PyTorch's profiler.
   *
   * @param trace where the operators are written, in the format of Chrome's tracing
   */
  public static void stopProfile(Path trace) {
    JniUtils.stopProfile(trace.toString());
  }

  /** The manager of what is made once and lives as long as the process. */
  static NDManager processManager() {
    return PROCESS;
  }
}
