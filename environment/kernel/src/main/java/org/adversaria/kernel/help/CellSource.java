package org.adversaria.kernel.help;

import java.util.ArrayList;
import java.util.List;
import jdk.jshell.ImportSnippet;
import jdk.jshell.JShell;
import jdk.jshell.MethodSnippet;
import jdk.jshell.TypeDeclSnippet;
import jdk.jshell.VarSnippet;

/**
 * A cell as a compilation unit: a class with what the cell says, which extends a class with what
 * the notebook has so far.
 *
 * <p>The cell's statements are the body of one method, so that each sees the variables before it.
 * The methods and types that it declares are members, but for the one at the cursor: that stands
 * among the statements, in a local class, and sees their variables too.
 *
 * @param text the unit's source
 * @param offset what is added to an index into the cell to get one into the unit; true of the piece
 *     at the cursor
 */
record CellSource(String text, int offset) {

  static final String PACKAGE = "notebook$";
  static final String NOTEBOOK = "Notebook$";
  static final String CELL = "Cell$";
  static final String METHOD = "run$";
  static final String LOCAL = "Local$";

  /**
   * The unit for a cell.
   *
   * @param shell knows the notebook's snippets
   * @param code the cell, with its magics blanked
   * @param cursor the place in the cell that matters
   */
  static CellSource of(JShell shell, String code, int cursor) {
    List<Piece> pieces = Piece.of(code);
    var cell = new StringBuilder();
    cell.append("package ").append(PACKAGE).append(";\n").append(imports(shell));
    int offset = 0;
    for (Piece piece : pieces) {
      if (piece.kind() == Piece.Kind.IMPORT) {
        offset = has(piece, cursor, code) ? cell.length() - piece.start() : offset;
        cell.append(text(code, piece)).append(";\n");
      }
    }
    cell.append("class ").append(CELL).append(" extends ").append(NOTEBOOK).append(" {\n");
    for (Piece piece : pieces) {
      if (piece.kind() == Piece.Kind.MEMBER && !has(piece, cursor, code)) {
        cell.append(asStatic(text(code, piece))).append('\n');
      }
    }
    cell.append("static void ").append(METHOD).append("() throws Throwable {\n");
    for (Piece piece : pieces) {
      if (piece.kind() == Piece.Kind.IMPORT) {
        continue;
      }
      boolean here = has(piece, cursor, code);
      if (piece.kind() == Piece.Kind.STATEMENT) {
        offset = here ? cell.length() - piece.start() : offset;
        cell.append(text(code, piece)).append("\n;\n");
      } else if (here) {
        cell.append("class ").append(LOCAL).append(" {\n");
        offset = cell.length() - piece.start();
        cell.append(text(code, piece)).append("\n}\n");
      }
    }
    cell.append("}\n}\nclass ").append(NOTEBOOK).append(" {\n");
    members(shell).forEach(member -> cell.append(member).append('\n'));
    cell.append("}\n");
    return new CellSource(cell.toString(), offset);
  }

  private static boolean has(Piece piece, int cursor, String code) {
    boolean last = piece.end() == code.length();
    return piece.start() <= cursor && (cursor < piece.end() || last && cursor == piece.end());
  }

  private static String text(String code, Piece piece) {
    return code.substring(piece.start(), piece.end()) + "\n" + piece.open();
  }

  private static String imports(JShell shell) {
    var text = new StringBuilder();
    for (ImportSnippet snippet : shell.imports().toList()) {
      text.append(snippet.source().strip()).append(";\n");
    }
    return text.toString();
  }

  private static List<String> members(JShell shell) {
    var members = new ArrayList<String>();
    for (VarSnippet variable : shell.variables().toList()) {
      members.add("static " + variable.typeName() + " " + variable.name() + ";");
    }
    for (MethodSnippet method : shell.methods().toList()) {
      members.add(asStatic(method.source()));
    }
    for (TypeDeclSnippet type : shell.types().toList()) {
      members.add(asStatic(type.source()));
    }
    return members;
  }

  /** The declaration with the modifier {@code static}, after its comments. */
  private static String asStatic(String declaration) {
    if (Piece.of(declaration).stream().anyMatch(Piece::modified)) {
      return declaration;
    }
    for (Token token : Token.of(declaration)) {
      if (token.kind() != Token.Kind.COMMENT) {
        return declaration.substring(0, token.start())
            + "static "
            + declaration.substring(token.start());
      }
    }
    return declaration;
  }
}
