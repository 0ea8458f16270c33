/**
 * StyleGAN2's networks and their layers: resampling by filters, modulated convolutions, the mapping
 * network, equalised learning rates; and GLeaD's discriminator.
 *
 * <p>Names in state dicts are those of NVIDIA's stylegan2-ada-pytorch. Layers of other networks
 * belong to package {@code nn}; their objectives are in {@code methods.StyleGan2} and {@code
 * methods.Glead}.
 */
package org.adversaria.models.stylegan2;
