package org.adversaria.notebook;

import java.util.function.Function;

/** Makes of a value what a front end shows. */
public final class Renderers {

  private Renderers() {}

  /**
   * Makes of a value what a front end shows. It never throws: a value that cannot be shown says why
   * instead.
   *
   * @param value any value, null too
   * @return its forms
   */
  public static MimeBundle render(Object value) {
    return MimeBundle.text(String.valueOf(value));
  }

  /**
   * Says how values of a type are shown from now on, in place of the way that came with the kernel.
   *
   * @param <T> the type
   * @param type a class or interface; for a value of several, the one nearest to its class counts
   * @param renderer makes a value's forms
   */
  public static <T> void register(Class<T> type, Function<? super T, MimeBundle> renderer) {
    throw new UnsupportedOperationException();
  }
}
