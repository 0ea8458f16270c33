/**
 * Numbers that say how good a generator is.
 *
 * <p>{@link org.adversaria.metrics.Evaluation} is the door: samples of a generator, or images, are
 * held against real data, and an {@link org.adversaria.metrics.EvaluationReport} tells the scores.
 * An {@link org.adversaria.metrics.EvaluationPart} is what one of many processes does for it, and
 * {@link org.adversaria.metrics.BlockNeighbours} finds neighbours where none has all features.
 * Behind it each score is a function of arrays that can be called by itself ({@link
 * org.adversaria.metrics.FrechetDistance}, {@link org.adversaria.metrics.KernelDistance}, {@link
 * org.adversaria.metrics.InceptionScore}, {@link org.adversaria.metrics.Prdc}, {@link
 * org.adversaria.metrics.ImageSimilarity} and others), and what it is computed from comes from a
 * {@link org.adversaria.metrics.FeatureExtractor}.
 *
 * <p>Of points, whose true density is known, {@link org.adversaria.metrics.ModeCoverage}, {@link
 * org.adversaria.metrics.WassersteinDistance} and {@link org.adversaria.metrics.JensenShannon}
 * measure errors exactly. Of ranked words {@link org.adversaria.metrics.TagScores} has precision
 * and recall.
 *
 * <p>Here belong measures of samples, against data or against the labels they were asked for, and
 * the networks that only measure. Here does not belong the training of generators nor the drawing
 * of samples.
 */
package org.adversaria.metrics;
