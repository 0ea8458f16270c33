/**
 * Programs that measure the library: the time of a training step, and whether memory and step time
 * stay flat. Each is started by {@code lib/bench/run.sh}; none is part of the library.
 */
package org.adversaria.bench;
