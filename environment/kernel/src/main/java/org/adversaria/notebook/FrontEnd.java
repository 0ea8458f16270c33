package org.adversaria.notebook;

/** Where a kernel sends what is to be shown below the running cell. */
public interface FrontEnd {

  /**
   * Shows a value below the cell.
   *
   * @param content what to show
   * @param id a name for the place where it is shown, for {@link #update}; null for none
   */
  void display(MimeBundle content, String id);

  /**
   * Replaces what was shown before under the same name, wherever that is.
   *
   * @param content what to show now
   * @param id the name that {@link #display} was given
   */
  void update(MimeBundle content, String id);
}
