/**
 * The papers' methods: one class for each.
 *
 * <p>A method is a class, and its file is the whole paper: the equation in its Javadoc, the heads
 * of the discriminator, the terms that each player minimises, and the published settings as
 * presets. A reader compares one file with one paper. Names of terms and of weights are those of
 * the paper.
 *
 * <p>{@link org.adversaria.methods.TwoPlayerGan} is the base of methods of one generator and one
 * discriminator, {@link org.adversaria.methods.StyleBasedGan} that of methods on StyleGAN2's
 * networks, {@link org.adversaria.methods.TranslationGan} that of methods of two generators between
 * two domains. Any other method implements {@link org.adversaria.training.Method} itself. A method
 * is an immutable value: its settings are a record, which a run's record stores as JSON and from
 * which the method is created again.
 *
 * <p>In an update {@link org.adversaria.training.GanStep} applies D to all samples in one pass:
 * real, generated, and those that regularizers add. Layers with state, such as spectral and batch
 * normalisation, then run once in an update, as in BigGAN's published code, and a method reads the
 * outputs of each group of samples. A discriminator that normalises over the batch, as DCGAN's
 * does, has a pass for each group, as in its published code.
 *
 * <p>Regularizers are not part of methods: a term that can be added to several methods is a file in
 * package {@code regularizers}, and no method of {@code TwoPlayerGan} names one. StyleGAN2's R1 and
 * path length are settings of its methods, since the paper updates them at intervals. A term that
 * only one paper has is in its method. A paper whose novelty is a loss, a penalty, networks or a
 * recipe, as WGAN's, is a {@link org.adversaria.methods.SingleLogitGan} whose presets name them.
 *
 * <p>An earlier design had one class for all methods and a list of nullable settings: loss,
 * classifier, contrastive term, projection. It was rejected. Such a list is a switch between
 * strategies: most combinations have no meaning, no file shows a paper's objective, and each new
 * paper changes the shared class. Here a new paper adds files and changes none. Presets that differ
 * in numbers only are rows of a table; methods that differ in their equation are classes.
 *
 * <p>How to add a paper is in {@code CONTRIBUTING.md}: a class, its presets, a golden step from the
 * published code, a notebook. A class of a notebook's cell works in the same way.
 *
 * <p>Run directories of earlier versions hold settings of that earlier design and are refused with
 * one sentence; {@link org.adversaria.training.RunRecord#read} checks it.
 */
package org.adversaria.methods;
