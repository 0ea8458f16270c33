/**
 * The papers' networks, each a DJL {@code Block} made of layers of {@code nn}.
 *
 * <p>One file a network, readable from top to bottom beside the paper's section. A network maps
 * latents, labels and images to images and logits; here does not belong what it is trained for
 * (packages {@code losses}, {@code methods}) nor how (package {@code training}).
 *
 * <p>Names in state dicts are those of published PyTorch code, so that its checkpoints load once
 * they are safetensors ({@link org.adversaria.nn.StateDict} has the one line that converts them):
 *
 * <pre>{@code
 * var backbone = BigGanSizes.of(128, 1000).withWidth(96);
 * var generator = new BigGanGenerator(backbone, BigGanLatent.hierarchical(120, 128));
 * generator.initialize(manager);
 * StateDict.load(generator, Path.of("G_ema.safetensors"));
 * }</pre>
 */
package org.adversaria.models;
