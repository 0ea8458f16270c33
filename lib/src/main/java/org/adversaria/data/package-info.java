/**
 * Data sets and batches.
 *
 * <p>The package has sources of labelled images ({@link org.adversaria.data.ImageData}: the
 * synthetic {@link org.adversaria.data.Shapes}, MNIST and its relatives, CIFAR, folders and
 * archives of images, which {@link org.adversaria.data.ImageOptions} say how to read), the catalog
 * and the downloader behind {@link org.adversaria.data.Datasets}, the {@link
 * org.adversaria.data.Loader} that shuffles, flips and prefetches, images of two domains for
 * translation ({@link org.adversaria.data.ImagePairs}), images with the features of an instance of
 * their neighbourhood ({@link org.adversaria.data.InstanceData}), images with tags ({@link
 * org.adversaria.data.TaggedImages}) and vectors of words ({@link org.adversaria.data.SkipGram}),
 * and low-dimensional distributions of known density ({@link org.adversaria.data.GaussianMixture}).
 *
 * <p>Random changes of a batch in a training step belong to package {@code augmentations}, pictures
 * of batches to {@code figures}.
 */
package org.adversaria.data;
