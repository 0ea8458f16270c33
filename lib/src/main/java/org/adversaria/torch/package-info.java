/**
 * What PyTorch has and DJL's engine does not expose.
 *
 * <p>Here belong: functional gradients, operators that DJL lacks, optimizer updates over whole
 * parameter lists, linear algebra, random seeds, the recording of Java code as a script, all
 * reached through {@link org.adversaria.torch.TorchScript}; and the loading of networks that others
 * saved as TorchScript. Here does not belong anything that knows of layers, networks or training.
 *
 * <p>This is the only package that imports {@code ai.djl.pytorch.*}.
 */
package org.adversaria.torch;
