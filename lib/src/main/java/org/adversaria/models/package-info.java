/**
 * The papers' networks, each a DJL {@code Block} of layers of {@code nn}.
 *
 * <p>Each network is one file. Networks map latents, labels and images to images and logits.
 * Objectives belong to packages {@code losses} and {@code methods}, training to package {@code
 * training}.
 *
 * <p>Names in state dicts are those of published PyTorch code, so that its checkpoints load. {@code
 * org.adversaria.models.published} recognises them and infers the sizes; into a network of known
 * sizes they are read by
 *
 * <pre>{@code
 * var backbone = BigGanSizes.of(128, 1000).withWidth(96);
 * var generator = new BigGanGenerator(backbone, BigGanLatent.hierarchical(120, 128));
 * generator.initialize(manager);
 * Weights.load(Path.of("G_ema.pth")).into(generator);
 * }</pre>
 */
package org.adversaria.models;
