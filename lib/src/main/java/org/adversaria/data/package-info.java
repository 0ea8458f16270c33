/**
 * Data sets and how they become batches.
 *
 * <p>Here belong: sources of labelled images ({@link org.adversaria.data.ImageData}: the drawn
 * {@link org.adversaria.data.Shapes}, MNIST and its relatives, CIFAR, folders and archives of
 * images), the catalog and the downloader behind {@link org.adversaria.data.Datasets}, the {@link
 * org.adversaria.data.Loader} that shuffles, flips and prefetches, and low-dimensional densities
 * with known answers ({@link org.adversaria.data.GaussianMixture}).
 *
 * <p>Here does not belong what happens to a batch inside a training step (package {@code
 * augmentations}); a picture of a batch is a figure.
 */
package org.adversaria.data;
