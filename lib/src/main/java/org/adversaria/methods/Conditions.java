package org.adversaria.methods;

import org.adversaria.losses.ClassifierLoss;

/**
 * How a discriminator is told of classes; by projection where both are null.
 *
 * @param classifier the classifier's loss, or null for none
 * @param contrast the contrastive loss, or null for none
 */
record Conditions(ClassifierLoss classifier, Contrast contrast) {}
