package org.adversaria.torch;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;

/** PyTorch's process-wide state: random numbers, threads, the manager that lives for ever. */
public final class Torch {

  private static final NDManager PROCESS = NDManager.newBaseManager(null, "PyTorch");

  private Torch() {}

  /**
   * Seeds PyTorch's random generators, on the CPU and on every GPU.
   *
   * <p>All random numbers of DJL's arrays (normal, uniform, dropout, permutation) follow from it.
   *
   * @param seed any value
   */
  public static void setSeed(long seed) {
    JniUtils.setSeed(seed);
  }

  /** The manager of what is made once and lives as long as the process. */
  static NDManager processManager() {
    return PROCESS;
  }
}
