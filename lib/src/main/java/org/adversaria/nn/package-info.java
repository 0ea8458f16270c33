/**
 * Layers of networks, with the names, initialisation and storage of their parameters.
 *
 * <p>The package has blocks that depend on tensors and parameters only (convolutions,
 * normalisations, activations) and their base {@link org.adversaria.nn.TorchBlock}; initialisers;
 * state dicts and their file format; and {@link org.adversaria.nn.Compiled}, which makes a forward
 * pass one native call. Networks belong to package {@code models}; data, losses and training to
 * packages of their own.
 */
package org.adversaria.nn;
