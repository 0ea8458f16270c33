package org.adversaria.torch;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * How the C library treats the memory of freed arrays.
 *
 * <p>glibc returns each large array to the system when it is freed, and at the next step requests
 * it anew, page by page. Kept in the process, the memory of one step is used by the next one. The
 * process then holds its largest need until it ends. The environment variable {@code
 * ADVERSARIA_MALLOC=system} leaves glibc's settings as they are, and so does any variable of glibc
 * itself with the same meaning.
 */
final class NativeMemory {

  /** The environment variable: {@code keep}, the default, or {@code system}. */
  private static final String SETTING = "ADVERSARIA_MALLOC";

  /** Numbers of parameters in glibc's {@code malloc.h}. */
  private static final int TRIM_THRESHOLD = -1;

  private static final int TOP_PAD = -2;
  private static final int MMAP_THRESHOLD = -3;

  /**
   * Arrays of fewer bytes, 32 MiB, come from the heap. Larger ones would leave much of a thread's
   * heaps, each of 64 MiB, unused: half as much memory again for BigGAN's networks at 32x32.
   */
  private static final int LARGEST_FROM_HEAP = 1 << 25;

  /** With less room than this glibc would give up heaps of a thread. */
  private static final int ROOM = 64 << 20;

  private NativeMemory() {}

  /**
   * Has freed memory kept, where the C library is glibc.
   *
   * @return whether it is kept; false if the user wants otherwise, or on other systems
   */
  static boolean keep() {
    if (!Platform.isLinux() || !wanted(System.getenv())) {
      return false;
    }
    try {
      var function = NativeLibrary.getInstance("c").getFunction("mallopt");
      return function.invokeInt(new Object[] {MMAP_THRESHOLD, LARGEST_FROM_HEAP}) == 1
          && function.invokeInt(new Object[] {TRIM_THRESHOLD, Integer.MAX_VALUE}) == 1
          && function.invokeInt(new Object[] {TOP_PAD, ROOM}) == 1;
    } catch (LinkageError e) {
      // Another C library, or JNA cannot load its own: slower, but right.
      return false;
    }
  }

  /** Whether the variables of the environment leave the choice to this class. */
  static boolean wanted(Map<String, String> variables) {
    String setting = variables.getOrDefault(SETTING, "keep");
    if (!setting.equals("keep") && !setting.equals("system")) {
      LoggerFactory.getLogger(NativeMemory.class)
          .warn("{}={} means nothing: it is 'keep', the default, or 'system'", SETTING, setting);
    }
    return !setting.equals("system")
        && !variables.containsKey("MALLOC_MMAP_THRESHOLD_")
        && !variables.containsKey("GLIBC_TUNABLES");
  }
}
