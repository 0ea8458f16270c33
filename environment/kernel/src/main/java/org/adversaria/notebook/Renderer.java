package org.adversaria.notebook;

/** How one family of values looks. */
interface Renderer<T> {

  /** The value's forms where it stands alone. */
  MimeBundle render(T value);

  /** Writes the value on one line, as a part of another value. */
  default void inline(T value, Inline out) {
    out.leaf(String.valueOf(value));
  }

  /** Whether values are pictures, tables and the like, which text cannot stand for. */
  default boolean isRich() {
    return false;
  }
}
