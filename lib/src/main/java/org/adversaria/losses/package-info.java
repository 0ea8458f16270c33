/**
 * Scalar objectives, computed from discriminator outputs and labels.
 *
 * <p>Every loss is minimised by its player. Terms that need gradients, augmented views or a network
 * belong to package {@code regularizers}.
 */
package org.adversaria.losses;
