/**
 * What a user gets by Tab and Shift+Tab: completions, signatures with Javadoc, and whether a cell
 * is complete.
 *
 * <p>{@link org.adversaria.kernel.help.CodeHelp} is the way in. A cell is put between brackets of
 * Java that hold the notebook's imports, variables, methods and types, and the compiler attributes
 * that source by its public tree API. Nothing is evaluated, and JShell is only asked which snippets
 * it has, so help is given while a cell runs.
 */
package org.adversaria.kernel.help;
