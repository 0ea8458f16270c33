/**
 * The library from a terminal: the command {@code adversaria}.
 *
 * <p>Here belong options, their defaults and how results are printed. Here does not belong anything
 * that a notebook could want to call.
 */
package org.adversaria.cli;
