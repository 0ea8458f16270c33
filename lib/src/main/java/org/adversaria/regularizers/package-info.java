/**
 * Terms that need gradients, augmented views or pairs of inputs, and changes of latents and
 * weights.
 *
 * <p>A regularizer may be added to any method, without a change of the method. Terms that are
 * functions of discriminator outputs and labels alone belong to package {@code losses}.
 */
package org.adversaria.regularizers;
