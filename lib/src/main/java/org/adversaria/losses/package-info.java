/**
 * Scalar objectives, computed from discriminator outputs and labels.
 *
 * <p>Every loss is to be minimised by the player it belongs to. Here does not belong what needs
 * gradients, augmented views or a network (package {@code regularizers}).
 */
package org.adversaria.losses;
