package org.adversaria.torch;

import java.nio.file.Path;

/**
 * An entry of a TorchScript file, for messages.
 *
 * @param file the file
 * @param name of the entry, without the archive's folder; empty for the file as a whole
 */
record ScriptEntry(Path file, String name) {

  private static final String TRUST =
      """
      Only what computes is loaded from files of others. If the file is your own, or you trust its \
      author as you would a program's, call ScriptFile.trust(file) first, or pass --trust""";

  private static final String DAMAGED =
      "Get the file again, or save it again in Python: torch.jit.save(network, path)";

  /** The file asks for more than computing. */
  TorchScriptException refused(String what) {
    return exception(what, TRUST);
  }

  /** The file asks for more than computing, in a line of its code. */
  TorchScriptException refused(int line, String what) {
    return exception(Text.format("line %d: %s", line, what), TRUST);
  }

  /** The file is not what PyTorch writes. */
  TorchScriptException damaged(String what) {
    return exception(what, DAMAGED);
  }

  private TorchScriptException exception(String what, String remedy) {
    String place = name.isEmpty() ? "" : printable(name) + ", ";
    return new TorchScriptException(
        Text.format("%s cannot be loaded as TorchScript: %s%s. %s", file, place, what, remedy),
        null);
  }

  /** At most 100 characters, none of which moves a terminal's cursor. */
  static String printable(String text) {
    String head = text.length() > 100 ? text.substring(0, 100) + "..." : text;
    return head.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
