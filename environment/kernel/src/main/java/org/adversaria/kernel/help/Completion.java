package org.adversaria.kernel.help;

/**
 * One proposal for the text at the cursor.
 *
 * @param text what is inserted
 * @param type what it is, in Jupyter's words: {@code function}, {@code class}, {@code instance},
 *     {@code keyword}, {@code module} or {@code magic}
 * @param signature what is shown of it, as {@code add(int, E): void}
 */
public record Completion(String text, String type, String signature) {

  /** A method. */
  public static final String FUNCTION = "function";

  /** A class, an interface, an enum or a record. */
  public static final String CLASS = "class";

  /** A variable or a field. */
  public static final String INSTANCE = "instance";

  /** A word of the language. */
  public static final String KEYWORD = "keyword";

  /** A package. */
  public static final String MODULE = "module";

  /** A command of the kernel. */
  public static final String MAGIC = "magic";
}
