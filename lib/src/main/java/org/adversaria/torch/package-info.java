/**
 * Functions of PyTorch that DJL's engine does not expose, and the check of PyTorch's results.
 *
 * <p>The package has functional gradients, operators that DJL lacks, optimizer updates over whole
 * parameter lists, linear algebra, random seeds, the tracing of Java code to a script, all through
 * {@link org.adversaria.torch.TorchScript}; the loading of networks from TorchScript files, which
 * are examined before; the reading of weights that Python wrote; and code for correct results on
 * every processor, in every locale and in every thread: {@link org.adversaria.torch.EngineCheck},
 * {@link org.adversaria.torch.Text}, {@link org.adversaria.torch.DataTypes}. Nothing in it depends
 * on layers, networks or training.
 *
 * <p>Pickles of weights are read by a machine of this package ({@link
 * org.adversaria.torch.TorchFile}) and not by a library for pickles: such libraries make objects of
 * any class that has a constructor registered, and hold all bytes of a file on Java's heap before
 * anything can be refused. Here a file's tensors stay in the file, what it may name is a list, and
 * lengths, depth and the number of values are bounded while it is read.
 *
 * <p>This is the only package that imports {@code ai.djl.pytorch.*}.
 */
package org.adversaria.torch;
