/**
 * Terms that need gradients, augmented views or pairs of inputs, and what keeps or moves a player's
 * weights or latents: the clipping of WGAN, the latent optimisation of LOGAN.
 *
 * <p>A regularizer may be added to any method, without a change of the method. Terms that are
 * functions of discriminator outputs and labels alone belong to package {@code losses}.
 */
package org.adversaria.regularizers;
