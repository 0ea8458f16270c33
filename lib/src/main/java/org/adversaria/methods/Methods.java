package org.adversaria.methods;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.adversaria.data.ImageData;
import org.adversaria.data.ImagePairs;
import org.adversaria.data.InstanceData;
import org.adversaria.data.TrainingData;
import org.adversaria.torch.Text;

/**
 * The methods of this package by name, for callers that choose one at run time.
 *
 * <pre>{@code
 * Method<?> method = Methods.named("adc-gan").builder(data).preset("small").build();
 * }</pre>
 *
 * @param name as run records have it
 * @param data the kind of data that the method learns from
 * @param builders makes a builder for data of that kind
 * @param <D> the kind of data
 */
public record Methods<D extends TrainingData>(
    String name, Class<D> data, Function<D, MethodBuilder<?>> builders) {

  private static final List<Methods<?>> ALL =
      List.of(
          new Methods<>(Gan.NAME, TrainingData.class, Gan::builder),
          new Methods<>(ConditionalGan.NAME, ImageData.class, ConditionalGan::builder),
          new Methods<>(WGan.NAME, TrainingData.class, WGan::builder),
          new Methods<>(WGanGp.NAME, TrainingData.class, WGanGp::builder),
          new Methods<>(SaGan.NAME, TrainingData.class, SaGan::builder),
          new Methods<>(BigGan.NAME, ImageData.class, BigGan::builder),
          new Methods<>(LoGan.NAME, TrainingData.class, LoGan::builder),
          new Methods<>(AcGan.NAME, ImageData.class, AcGan::builder),
          new Methods<>(TacGan.NAME, ImageData.class, TacGan::builder),
          new Methods<>(AmGan.NAME, ImageData.class, AmGan::builder),
          new Methods<>(ProjectionGan.NAME, ImageData.class, ProjectionGan::builder),
          new Methods<>(AdcGan.NAME, ImageData.class, AdcGan::builder),
          new Methods<>(ContraGan.NAME, ImageData.class, ContraGan::builder),
          new Methods<>(ReAcGan.NAME, ImageData.class, ReAcGan::builder),
          new Methods<>(EcGan.NAME, ImageData.class, EcGan::builder),
          new Methods<>(UNetGan.NAME, TrainingData.class, UNetGan::builder),
          new Methods<>(IcGan.NAME, InstanceData.class, IcGan::builder),
          new Methods<>(StyleGan2.NAME, TrainingData.class, StyleGan2::builder),
          new Methods<>(Glead.NAME, TrainingData.class, Glead::builder),
          new Methods<>(CsGan.NAME, ImagePairs.class, CsGan::builder),
          new Methods<>(CycleGan.NAME, ImagePairs.class, CycleGan::builder),
          new Methods<>(TagGan.NAME, TrainingData.class, TagGan::builder));

  /**
   * Returns the names of all methods.
   *
   * @return the names
   */
  public static List<String> names() {
    return ALL.stream().<String>map(Methods::name).toList();
  }

  /**
   * Finds a method.
   *
   * @param name one of {@link #names()}, in any case, with or without hyphens
   * @return the method
   * @throws IllegalArgumentException if there is no such method; the message lists them
   */
  public static Methods<?> named(String name) {
    return ALL.stream()
        .filter(method -> plain(method.name()).equals(plain(name)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Text.format(
                        "There is no method '%s'; the methods are %s",
                        name, String.join(", ", names()))));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("-", "");
  }

  /**
   * Returns a builder of the method.
   *
   * @param samples what the method will be trained on
   * @return a builder with the method's default preset
   * @throws IllegalArgumentException if the method learns from another kind of data
   */
  public MethodBuilder<?> builder(TrainingData samples) {
    if (!data.isInstance(samples)) {
      throw new IllegalArgumentException(
          Text.format(
              "%s learns from %s, but %s is %s",
              name, data.getSimpleName(), samples.name(), samples.getClass().getSimpleName()));
    }
    return builders.apply(data.cast(samples));
  }
}
