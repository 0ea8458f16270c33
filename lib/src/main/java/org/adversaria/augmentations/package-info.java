/**
 * Random changes of image batches through which gradients flow.
 *
 * <p>They are applied to what the discriminator sees, real and generated alike, or make the second
 * views that a consistency term of package {@code regularizers} compares. Here does not belong what
 * is done once to a data set as it is read (package {@code data}).
 */
package org.adversaria.augmentations;
