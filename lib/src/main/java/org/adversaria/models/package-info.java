/**
 * The papers' networks, each a DJL {@code Block} made of layers of {@code nn}.
 *
 * <p>One file a network, readable from top to bottom beside the paper's section. A network maps
 * latents, labels and images to images and logits; here does not belong what it is trained for
 * (packages {@code losses}, {@code methods}) nor how (package {@code training}).
 */
package org.adversaria.models;
