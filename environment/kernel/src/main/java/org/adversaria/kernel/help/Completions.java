package org.adversaria.kernel.help;

import java.util.List;

/**
 * The proposals for one place in a cell.
 *
 * @param items the proposals, the likeliest first
 * @param start where the text begins that a proposal replaces, as an index into the cell
 * @param end where it ends
 */
public record Completions(List<Completion> items, int start, int end) {

  /**
   * Copies the list.
   *
   * @param items the proposals
   * @param start where the replaced text begins
   * @param end where it ends
   */
  public Completions {
    items = List.copyOf(items);
  }
}
