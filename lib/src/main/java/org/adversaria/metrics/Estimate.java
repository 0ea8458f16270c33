package org.adversaria.metrics;

/**
 * A score that is a mean over parts of the samples, such as subsets or splits.
 *
 * @param mean over the parts
 * @param deviation the standard deviation over the parts (of the parts themselves, dividing by
 *     their number)
 */
public record Estimate(double mean, double deviation) {}
