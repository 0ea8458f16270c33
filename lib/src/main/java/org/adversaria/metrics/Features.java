package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;

/**
 * What a {@link FeatureExtractor} sees in a batch of images.
 *
 * @param vectors float32 {@code (N, width)}, the space in which distances are measured
 * @param logits float32 {@code (N, classes)}, whose softmax is the class probabilities; null where
 *     the extractor knows no classes
 */
public record Features(NDArray vectors, NDArray logits) {}
