/**
 * Settings as data: records that are written as JSON into a run's record and read again.
 *
 * <p>A setting whose declared type is an interface, such as a loss, is written with the name of its
 * class. The interfaces are open: a class of another jar or of a notebook's cell is written and
 * read as the library's own are, and only classes of the declared type are read. The settings
 * themselves belong to the packages that declare them.
 */
package org.adversaria.config;
