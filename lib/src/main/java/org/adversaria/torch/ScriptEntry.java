package org.adversaria.torch;

import java.nio.file.Path;

/**
 * An entry of a file of PyTorch, for messages.
 *
 * @param file the file
 * @param name of the entry, without the archive's folder; empty for the file as a whole
 * @param use what the file is read as
 */
record ScriptEntry(Path file, String name, Use use) {

  /** What a file is read as. */
  enum Use {
    SCRIPT,
    WEIGHTS
  }

  private static final String TRUST =
      """
      Only what computes is loaded from files of others. If the file is your own, or you trust its \
      author as you would a program's, call ScriptFile.trust(file) first, or pass --trust""";

  private static final String DAMAGED =
      "Get the file again, or save it again in Python: torch.jit.save(network, path)";

  private static final String DAMAGED_WEIGHTS =
      "Get the file again, or save it again in Python: torch.save(network.state_dict(), path)";

  private static final String INERT =
      """
      Only tensors and plain containers are made, and nothing in a file is executed. In Python save \
      the weights alone: torch.save(network.state_dict(), path)""";

  /** An entry of a TorchScript file. */
  ScriptEntry(Path file, String name) {
    this(file, name, Use.SCRIPT);
  }

  /** Another entry of the same file. */
  ScriptEntry entry(String other) {
    return new ScriptEntry(file, other, use);
  }

  /** The file asks for more than computing. */
  RuntimeException refused(String what) {
    return exception(what, use == Use.SCRIPT ? TRUST : INERT);
  }

  /** The file asks for more than computing, in a line of its code. */
  RuntimeException refused(int line, String what) {
    return refused(Text.format("line %d: %s", line, what));
  }

  /** The file is not what PyTorch writes. */
  RuntimeException damaged(String what) {
    return exception(what, use == Use.SCRIPT ? DAMAGED : DAMAGED_WEIGHTS);
  }

  /** The file cannot be used, with what to do about it. */
  RuntimeException exception(String what, String remedy) {
    String place = name.isEmpty() ? "" : printable(name) + ", ";
    String as = use == Use.SCRIPT ? "loaded as TorchScript" : "read as weights";
    String message =
        Text.format(
            "%s cannot be %s: %s%s. %s", Text.visible(file.toString()), as, place, what, remedy);
    return use == Use.SCRIPT
        ? new TorchScriptException(message, null)
        : new WeightsFormatException(message);
  }

  /** At most 100 characters, none of which moves a terminal's cursor. */
  static String printable(String text) {
    String head = text.length() > 100 ? text.substring(0, 100) + "..." : text;
    return head.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
