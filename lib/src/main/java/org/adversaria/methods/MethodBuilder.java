package org.adversaria.methods;

import java.util.List;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.training.Method;

/**
 * What the builders of all methods have in common; {@link Methods} finds one by the method's name.
 *
 * @param <M> the method
 */
public interface MethodBuilder<M extends Method<?>> {

  /**
   * Returns the names of the presets.
   *
   * @return the names, in the order of the method's table
   */
  List<String> presets();

  /**
   * Sets everything to a preset.
   *
   * @param name of the preset
   * @return this builder
   * @throws IllegalArgumentException if there is no such preset; the message lists them
   */
  MethodBuilder<M> preset(String name);

  /**
   * Makes the networks conditional on the classes of the data.
   *
   * @return this builder
   * @throws IllegalArgumentException if the data have no classes
   * @throws UnsupportedOperationException if the networks are not changed to classes
   */
  MethodBuilder<M> conditional();

  /**
   * Makes the networks unconditional: labels of the data are not used.
   *
   * @return this builder
   * @throws UnsupportedOperationException if the method needs classes
   */
  MethodBuilder<M> unconditional();

  /**
   * Sets a differentiable augmentation of all images that D is given.
   *
   * @param value such as {@link org.adversaria.augmentations.DiffAugment}
   * @return this builder
   * @throws UnsupportedOperationException if the method has none
   */
  MethodBuilder<M> augmentation(Augmentation value);

  /**
   * Sets the batch size, without gradient accumulation.
   *
   * @param count at least 1
   * @return this builder
   */
  MethodBuilder<M> batchSize(int count);

  /**
   * Creates the method.
   *
   * @return the method
   * @throws IllegalArgumentException if the settings do not fit the data; the message has a remedy
   */
  M build();
}
