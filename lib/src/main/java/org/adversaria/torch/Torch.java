package org.adversaria.torch;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * PyTorch's process-wide state: random generators, threads, and a manager for the whole process.
 */
public final class Torch {

  static {
    NativeMemory.keep();
  }

  private static final NDManager PROCESS = NDManager.newBaseManager(null, "PyTorch");

  /** Held by the thread that draws random numbers. Fair, so that concurrent trainings alternate. */
  private static final ReentrantLock RANDOM = new ReentrantLock(true);

  private Torch() {}

  /**
   * Seeds PyTorch's random generators, on the CPU and on every GPU.
   *
   * <p>It determines all random numbers of DJL's arrays (normal, uniform, dropout, permutation).
   * The generators belong to the process: if other threads may draw at the same time, use {@link
   * #seeded(long, Supplier)}, for which this call waits.
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
   * Seeds PyTorch's random generators and runs a computation exclusively: other threads that call
   * this method or {@link #setSeed} wait until it ends. Its random numbers do not depend on such
   * threads.
   *
   * <p>Each step of a training, each batch of samples and each initialisation of networks is such a
   * computation. Trainings in two threads alternate step by step, and each has the results it has
   * alone. A thread that draws random numbers outside of this method changes those of the others.
   *
   * <p>Calls may be nested; draws after an inner call continue from the inner seed. A computation
   * must not wait for another thread that calls this method. An interrupt does not end the wait for
   * the lock.
   *
   * @param <T> the type of the result
   * @param seed any value
   * @param computation draws random numbers in the calling thread
   * @return its result
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
   * Seeds PyTorch's random generators and runs a computation exclusively, as {@link #seeded(long,
   * Supplier)}.
   *
   * @param seed any value
   * @param computation draws random numbers in the calling thread
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
   * <p>The seeds of neighbouring inputs are unrelated (the finalizer of SplitMix64).
   *
   * @param seed the base seed
   * @param stream the number of the stream
   * @return the stream's seed
   */
  public static long deriveSeed(long seed, long stream) {
    long z = seed * 0x9E3779B97F4A7C15L + stream + 0x632BE59BD9B4E019L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /**
   * Returns the number of threads of one operation.
   *
   * @return the number of cores unless set
   */
  public static int threads() {
    return JniUtils.getNumThreads();
  }

  /**
   * Sets the number of threads of one operation; by default the number of cores. On cores that
   * other programs use too, 1 may be faster. The system property {@code ai.djl.pytorch.num_threads}
   * has the same effect.
   *
   * <p>There is no setting for concurrent operations, since this library runs them in sequence.
   * Subnormal numbers are not flushed to zero, since scripts do not expose that switch.
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
   * Sets whether cuDNN benchmarks its convolution algorithms at the first call of each shape and
   * uses the fastest. This is faster on a GPU for networks of constant shapes, but results differ
   * in rounding from process to process. No effect on the CPU.
   *
   * @param tuned false by default
   */
  public static void tuneConvolutions(boolean tuned) {
    JniUtils.setBenchmarkCuDNN(tuned);
  }

  /**
   * Returns the folder of PyTorch's native libraries. Its name contains the version and the build:
   * CPU or a version of CUDA.
   *
   * @return a folder
   */
  public static Path libraryFolder() {
    return Path.of(LibUtils.getLibtorchPath());
  }

  /**
   * Starts PyTorch's profiler for the operators of all threads. There is one profiler at a time.
   */
  public static void startProfile() {
    JniUtils.startProfile(false, false, false);
  }

  /**
   * Stops PyTorch's profiler.
   *
   * @param trace the file to write, in the format of Chrome's tracing
   */
  public static void stopProfile(Path trace) {
    JniUtils.stopProfile(trace.toString());
  }

  /** The manager of arrays that live as long as the process. */
  static NDManager processManager() {
    return PROCESS;
  }
}
