/**
 * Terms of an objective that need gradients, augmented views or pairs of inputs.
 *
 * <p>Each is added to a loss of package {@code losses}. Here does not belong a term that can be
 * computed from discriminator outputs and labels alone.
 */
package org.adversaria.regularizers;
