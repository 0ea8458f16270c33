/**
 * Numbers that say how good a generator is.
 *
 * <p>Here belong measures of samples, against data or against the labels they were asked for. Here
 * does not belong the training of generators nor a picture of a measure.
 */
package org.adversaria.metrics;
