package org.adversaria.torch;

import java.util.List;

/**
 * What the check of the engine found on this machine; see {@link EngineCheck}.
 *
 * @param engine PyTorch with its version, such as {@code PyTorch 2.7.1}
 * @param processor the processor's name
 * @param flags its instruction sets that matter here
 * @param precision of the checked computations, {@code fp32} or {@code bf16}
 * @param verdict right, remedied, wrong, or not looked at
 * @param faults what PyTorch computes wrong by itself, a sentence each; empty where nothing
 * @param remedies what is done about it, a sentence each; empty where nothing
 * @param milliseconds what the check took, at the time when it was done
 * @param remembered true if it was done by an earlier process and its result was found
 */
public record EngineReport(
    String engine,
    String processor,
    List<String> flags,
    String precision,
    Verdict verdict,
    List<String> faults,
    List<String> remedies,
    double milliseconds,
    boolean remembered) {

  /** What may come out. */
  public enum Verdict {
    /** PyTorch computes right. */
    RIGHT,
    /** PyTorch alone computes wrong, but right with what the library does about it. */
    REMEDIED,
    /** Nothing that was tried makes it right; networks refuse to compute. */
    WRONG,
    /** Nobody looked, because the system property says so. */
    IGNORED
  }

  /**
   * Returns the operations found wrong, without what of them and examples.
   *
   * @return each once, in alphabetical order
   */
  public List<String> operations() {
    return faults.stream()
        .map(fault -> fault.replaceAll("^.* of ((transposed )?convolutions .*), such as .*", "$1"))
        .distinct()
        .sorted()
        .toList();
  }
}
