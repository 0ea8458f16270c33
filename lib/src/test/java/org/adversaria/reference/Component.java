package org.adversaria.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/** Runs the library's function that a reference case names. */
@FunctionalInterface
public interface Component {

  /**
   * Computes a case's outputs.
   *
   * @param reference the case: its settings, inputs and state
   * @param manager the owner of all arrays, closed after the comparison
   * @return the outputs by the names of the case's expected values; outputs that the case does not
   *     expect are not looked at
   * @throws Exception whatever the function throws; the case fails with it
   */
  Map<String, NDArray> run(ReferenceCase reference, NDManager manager) throws Exception;
}
