package org.adversaria.torch;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.List;

/**
 * The report of the check of the engine on this machine; see {@link EngineCheck}.
 *
 * @param engine PyTorch with its version, such as {@code PyTorch 2.7.1}
 * @param processor the processor's name
 * @param flags its instruction sets by which PyTorch selects kernels
 * @param precision of the checked computations, {@code fp32} or {@code bf16}
 * @param status right, remedied, wrong or ignored
 * @param faults descriptions of PyTorch's wrong results; may be empty
 * @param remedies descriptions of the workarounds in use; may be empty
 * @param milliseconds the duration of the check when it was run
 * @param remembered true if the result is that of an earlier process
 */
public record EngineReport(
    String engine,
    String processor,
    List<String> flags,
    String precision,
    @JsonAlias("verdict") Status status,
    List<String> faults,
    List<String> remedies,
    double milliseconds,
    boolean remembered) {

  /** The outcome of the check. */
  public enum Status {
    /** All results of PyTorch are right. */
    RIGHT,
    /** Results are right with a workaround. */
    REMEDIED,
    /** Results are wrong with all workarounds; networks throw. */
    WRONG,
    /** The system property disables the check. */
    IGNORED
  }

  /**
   * Returns the wrong operations, without the result and the example.
   *
   * @return distinct names in alphabetical order
   */
  public List<String> operations() {
    return faults.stream()
        .map(fault -> fault.replaceAll("^.* of ((transposed )?convolutions .*), such as .*", "$1"))
        .distinct()
        .sorted()
        .toList();
  }
}
