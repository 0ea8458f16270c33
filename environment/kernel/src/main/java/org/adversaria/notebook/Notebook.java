package org.adversaria.notebook;

/** What a notebook's cells can call beyond the library. */
public final class Notebook {

  private static volatile FrontEnd frontEnd;

  private Notebook() {}

  /**
   * Says where values are shown; the kernel calls it when it starts.
   *
   * @param kernel the kernel's front end
   */
  public static void connect(FrontEnd kernel) {
    frontEnd = kernel;
  }

  static FrontEnd frontEnd() {
    if (frontEnd == null) {
      throw new IllegalStateException("No kernel is connected: this is called from a notebook");
    }
    return frontEnd;
  }
}
