package org.adversaria.notebook;

import java.lang.invoke.MethodType;
import java.util.function.Function;
import org.adversaria.torch.Text;

/** Makes of a value what a front end shows. Safe for use by several threads. */
public final class Renderers {

  private static final TypeTable<Function<Object, MimeBundle>> REGISTERED = new TypeTable<>();

  private Renderers() {}

  /**
   * Makes of a value what a front end shows. It never throws: a value that cannot be shown says why
   * instead.
   *
   * @param value any value, null too; a {@link MimeBundle} is returned as it is
   * @return its forms
   */
  public static MimeBundle render(Object value) {
    if (value == null) {
      return MimeBundle.text("null");
    } else if (value instanceof MimeBundle bundle) {
      return bundle;
    }
    try {
      Function<Object, MimeBundle> registered = registered(value);
      return registered == null ? BuiltIn.of(value).render(value) : apply(registered, value);
    } catch (Throwable failure) { // also a StackOverflowError or a class that is missing
      return MimeBundle.text(failed(value, failure));
    }
  }

  /**
   * Says how values of a type are shown from now on, in place of the way that came with the kernel.
   *
   * @param <T> the type
   * @param type a class or interface; for a value of several, the one nearest to its class counts.
   *     What is registered counts before what came with the kernel
   * @param renderer makes a value's forms
   */
  public static <T> void register(Class<T> type, Function<? super T, MimeBundle> renderer) {
    Class<?> boxed = MethodType.methodType(type).wrap().returnType();
    REGISTERED.put(boxed, value -> renderer.apply(cast(value)));
  }

  /** The renderer that was registered for a value, null if there is none. */
  static Function<Object, MimeBundle> registered(Object value) {
    return REGISTERED.find(value.getClass());
  }

  /** What is shown of a value that cannot be shown. */
  static String failed(Object value, Throwable failure) {
    return Text.format(
        "A value of type %s cannot be shown: %s", value.getClass().getTypeName(), why(failure));
  }

  private static String why(Throwable failure) {
    try {
      return failure.toString();
    } catch (RuntimeException e) { // a message of a user's exception may fail too
      return failure.getClass().getName();
    }
  }

  private static MimeBundle apply(Function<Object, MimeBundle> renderer, Object value) {
    MimeBundle bundle = renderer.apply(value);
    if (bundle == null) {
      throw new IllegalStateException("the renderer registered for it returned null");
    }
    return bundle;
  }

  /** Values come only to the renderers of their types. */
  @SuppressWarnings("unchecked")
  private static <T> T cast(Object value) {
    return (T) value;
  }
}
