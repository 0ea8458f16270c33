package org.adversaria.kernel.help;

/**
 * Whether a cell can be executed as it stands.
 *
 * @param status what was found
 * @param indent what the next line begins with, where the cell is incomplete; otherwise empty
 */
public record Completeness(Status status, String indent) {

  /** The four answers that Jupyter knows. */
  public enum Status {
    /** The cell can be executed. */
    COMPLETE,
    /** More has to follow. */
    INCOMPLETE,
    /** It is no Java, whatever follows. */
    INVALID,
    /** Not known. */
    UNKNOWN
  }
}
