/**
 * What PyTorch has and DJL's engine does not expose, and the check that PyTorch computes right.
 *
 * <p>Here belong: functional gradients, operators that DJL lacks, optimizer updates over whole
 * parameter lists, linear algebra, random seeds, the tracing of Java code to a script, all reached
 * through {@link org.adversaria.torch.TorchScript}; and the loading of networks that others saved
 * as TorchScript; and whatever makes results right on every processor, in every locale and in every
 * thread: {@link org.adversaria.torch.EngineCheck}, {@link org.adversaria.torch.Text}, {@link
 * org.adversaria.torch.DataTypes}. Here does not belong anything that knows of layers, networks or
 * training.
 *
 * <p>This is the only package that imports {@code ai.djl.pytorch.*}.
 */
package org.adversaria.torch;
