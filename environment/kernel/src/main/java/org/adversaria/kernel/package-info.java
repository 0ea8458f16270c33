/**
 * A Jupyter kernel for Java: JShell behind Jupyter's protocol, in one JVM with the library.
 *
 * <p>{@link org.adversaria.kernel.Kernel} is its main class. Requests come in by {@code protocol};
 * cells run one after the other in one thread, {@code CellThread}; {@code JavaShell} compiles and
 * runs them; {@code Outputs} says which cell an output belongs to; {@code CellErrors} words what
 * went wrong; {@code help} is behind Tab and Shift+Tab.
 */
package org.adversaria.kernel;
