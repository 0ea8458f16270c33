package org.adversaria.methods;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.data.TrainingData;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.Backbone;
import org.adversaria.regularizers.Regularizer;
import org.adversaria.torch.Text;

/**
 * A row of a method's table of settings.
 *
 * @param name of the row
 * @param backbone the networks for samples of a data set's shape and classes
 * @param recipe how they are trained
 * @param loss the adversarial loss
 * @param objective the weights of the method's terms
 * @param regularizers the terms beside the method's own
 * @param augmentation of all images that D is given
 * @param source the address of the published configuration, or how the settings were chosen
 * @param <T> the method's objective
 */
public record Preset<T>(
    String name,
    Function<TrainingData, Backbone> backbone,
    Recipe recipe,
    AdversarialLoss loss,
    T objective,
    List<Regularizer> regularizers,
    Augmentation augmentation,
    String source) {

  /**
   * A row without augmentation.
   *
   * @param name of the row
   * @param backbone the networks for samples of a data set's shape and classes
   * @param recipe how they are trained
   * @param loss the adversarial loss
   * @param objective the weights of the method's terms
   * @param regularizers the terms beside the method's own
   * @param source the address of the published configuration, or how the settings were chosen
   */
  public Preset(
      String name,
      Function<TrainingData, Backbone> backbone,
      Recipe recipe,
      AdversarialLoss loss,
      T objective,
      List<Regularizer> regularizers,
      String source) {
    this(name, backbone, recipe, loss, objective, regularizers, new Augmentation.None(), source);
  }

  /**
   * A row with hinge loss and without regularizers.
   *
   * @param name of the row
   * @param backbone the networks for samples of a data set's shape and classes
   * @param recipe how they are trained
   * @param objective the weights of the method's terms
   * @param source the address of the published configuration, or how the settings were chosen
   */
  public Preset(
      String name,
      Function<TrainingData, Backbone> backbone,
      Recipe recipe,
      T objective,
      String source) {
    this(name, backbone, recipe, new AdversarialLoss.Hinge(), objective, List.of(), source);
  }

  /**
   * The same row for another method.
   *
   * @param <U> the other method's objective
   * @param value the weights of its terms
   * @return the row
   */
  public <U> Preset<U> with(U value) {
    return new Preset<>(name, backbone, recipe, loss, value, regularizers, augmentation, source);
  }

  /**
   * The same row with another loss and with regularizers.
   *
   * @param other the adversarial loss
   * @param terms the terms beside the method's own
   * @return the row
   */
  public Preset<T> with(AdversarialLoss other, Regularizer... terms) {
    return new Preset<>(
        name, backbone, recipe, other, objective, List.of(terms), augmentation, source);
  }

  /**
   * The same row with an augmentation.
   *
   * @param value of all images that D is given
   * @return the row
   */
  public Preset<T> augmented(Augmentation value) {
    return new Preset<>(name, backbone, recipe, loss, objective, regularizers, value, source);
  }

  /** The row that a builder starts with: {@code "points"} for vectors, else {@code "small"}. */
  static String byShape(TrainingData data) {
    return data.sampleShape().dimension() == 1 ? "points" : "small";
  }

  /** The channels of images; builders compare the whole shape with that of the networks. */
  static int channels(TrainingData data) {
    return (int) data.sampleShape().get(0);
  }

  /**
   * Finds a row.
   *
   * @param <T> the method's objective
   * @param table the rows
   * @param name of the row
   * @return the row
   * @throws IllegalArgumentException if there is none of that name; the message lists the names
   */
  public static <T> Preset<T> named(List<Preset<T>> table, String name) {
    return named(table, Preset::name, name);
  }

  /** The same in a table of other rows. */
  static <R> R named(List<R> table, Function<R, String> nameOf, String name) {
    return table.stream()
        .filter(row -> nameOf.apply(row).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Text.format(
                        "There is no preset '%s'; the presets are %s",
                        name, table.stream().map(nameOf).collect(Collectors.joining(", ")))));
  }
}
