package org.adversaria.methods;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.adversaria.data.ImageData;
import org.adversaria.models.Backbone;
import org.adversaria.torch.Text;

/**
 * A row of a method's table of settings.
 *
 * @param name of the row
 * @param backbone the networks for images of a data set's classes and channels
 * @param recipe how they are trained
 * @param objective the weights of the method's terms
 * @param source the address of the published configuration, or how the settings were chosen
 * @param <T> the method's objective
 */
public record Preset<T>(
    String name,
    Function<ImageData, Backbone> backbone,
    Recipe recipe,
    T objective,
    String source) {

  /**
   * The same row for another method.
   *
   * @param <U> the other method's objective
   * @param value the weights of its terms
   * @return the row
   */
  public <U> Preset<U> with(U value) {
    return new Preset<>(name, backbone, recipe, value, source);
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
    return table.stream()
        .filter(preset -> preset.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Text.format(
                        "There is no preset '%s'; the presets are %s",
                        name, table.stream().map(Preset::name).collect(Collectors.joining(", ")))));
  }
}
