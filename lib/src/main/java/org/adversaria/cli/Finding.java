package org.adversaria.cli;

import java.util.Locale;

/**
 * What {@link DoctorCommand} says of one thing.
 *
 * @param name of the thing
 * @param value what it is
 * @param mark whether it works
 * @param remedy what to do, in words; null where all is well
 */
record Finding(String name, String value, Mark mark, String remedy) {

  /** How well a thing works, the best first. */
  enum Mark {
    /** It works. */
    OK,
    /** It works, but not as well as it could, or not for everything. */
    WARNING,
    /** It does not work. */
    PROBLEM;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding ok(String name, String value) {
    return new Finding(name, value, Mark.OK, null);
  }

  static Finding warning(String name, String value, String remedy) {
    return new Finding(name, value, Mark.WARNING, remedy);
  }

  static Finding problem(String name, String value, String remedy) {
    return new Finding(name, value, Mark.PROBLEM, remedy);
  }
}
