/**
 * Jupyter's wire protocol: five sockets, signed messages.
 *
 * <p>The words of the protocol (messages, their content, comms) are those of {@code
 * org.dflib.jjava:jjava-jupyter}, the continuation of IJava's base library. The sockets are not: a
 * ZeroMQ socket is for one thread, and a thread that is interrupted inside of one breaks it. Here
 * every socket belongs to one thread that nobody interrupts, see {@link
 * org.adversaria.kernel.protocol.Connection}.
 *
 * @see <a href="https://jupyter-client.readthedocs.io/en/stable/messaging.html">Messaging in
 *     Jupyter</a>
 */
package org.adversaria.kernel.protocol;
