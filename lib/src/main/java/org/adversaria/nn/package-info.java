/**
 * Layers: what networks are made of, and how their parameters are named, initialised and stored.
 *
 * <p>Here belong blocks that know tensors and parameters only: convolutions, normalisations,
 * activations; {@link org.adversaria.nn.TorchBlock}, their base; initial values; state dicts and
 * their file format; {@link org.adversaria.nn.Compiled}, which makes a forward pass one native
 * call. Here does not belong a whole network (package {@code models}), nor anything that knows of
 * images, labels, losses or training.
 */
package org.adversaria.nn;
