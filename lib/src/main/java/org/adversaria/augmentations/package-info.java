/**
 * Random changes of image batches through which gradients flow.
 *
 * <p>They are applied to all images that D is given, real and generated, or create the second views
 * of a consistency term of package {@code regularizers}. Changes of a data set as it is read belong
 * to package {@code data}.
 */
package org.adversaria.augmentations;
