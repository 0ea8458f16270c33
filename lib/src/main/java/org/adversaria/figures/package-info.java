/**
 * Pictures of a run: grids of images, charts, animations.
 *
 * <p>Here belongs what turns arrays and tables into a {@link java.awt.image.BufferedImage}, drawn
 * at the size at which a notebook shows it, and the arithmetic of what to sample for a picture
 * ({@link org.adversaria.figures.Interpolation}). {@link org.adversaria.figures.Figures} is the
 * door. Here does not belong how an image gets into a notebook (that is the kernel's), nor anything
 * that runs a network.
 *
 * <p>Nothing opens a window and no display is needed. Text needs a font; see {@link
 * org.adversaria.figures.Figures}.
 */
package org.adversaria.figures;
