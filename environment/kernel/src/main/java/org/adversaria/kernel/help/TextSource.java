package org.adversaria.kernel.help;

import java.net.URI;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;

/** A source that is a text. */
final class TextSource extends SimpleJavaFileObject {

  private final String text;

  /**
   * A source in memory.
   *
   * @param type the full name of the type that it declares
   */
  TextSource(String type, String text) {
    super(URI.create("text:///" + type.replace('.', '/') + ".java"), JavaFileObject.Kind.SOURCE);
    this.text = text;
  }

  @Override
  public CharSequence getCharContent(boolean ignoreEncodingErrors) {
    return text;
  }
}
