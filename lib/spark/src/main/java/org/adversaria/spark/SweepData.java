package org.adversaria.spark;

import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.data.ImageOptions;

/** The data of a sweep. The cells of a process share them. */
final class SweepData {

  private static String openedName;
  private static ImageOptions openedOptions;
  private static ImageData opened;

  private SweepData() {}

  /**
   * Opens data, or returns those that this process opened last.
   *
   * @throws IllegalArgumentException if there is no data set of the name and nothing at the path
   * @throws org.adversaria.data.DataException if a file is damaged
   */
  static synchronized ImageData open(String nameOrPath, ImageOptions options) {
    if (opened == null || !nameOrPath.equals(openedName) || !options.equals(openedOptions)) {
      opened = null;
      opened = Datasets.open(nameOrPath, options);
      openedName = nameOrPath;
      openedOptions = options;
    }
    return opened;
  }

  /** Opens data anew, since files may have changed since this process opened them. */
  static synchronized ImageData reopen(String nameOrPath, ImageOptions options) {
    opened = null;
    return open(nameOrPath, options);
  }
}
