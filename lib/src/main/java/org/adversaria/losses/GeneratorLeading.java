package org.adversaria.losses;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.function.Function;
import org.adversaria.models.GleadDiscriminator.Judgement;
import org.adversaria.models.StyleGan2Synthesis;
import org.adversaria.nn.NoiseMode;
import org.adversaria.nn.Resample;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchOps;
import org.adversaria.torch.TorchScript;

/**
 * The task that the generator sets the discriminator: what D decodes from its features of an image
 * has to be such that G can work with it. D learns it along with telling real from generated; G
 * decodes, but learns nothing from it.
 *
 * <pre>
 * D  minimises  ... + weight_real d(x, G0(f(x), w(x))) + weight_fake d(G(z), G0(f(G(z)), w(G(z))))
 * </pre>
 *
 * <p>f and w are D's feature map and latent code of an image and G0 the blocks of G's synthesis
 * behind that feature map. In the variant of GGDR, f(G(z)) is held against the features that G(z)
 * was made through.
 *
 * <p>Source: Bai et al., "GLeaD: Improving GANs with a Generator-Leading Task", 2023, sections 3.1
 * to 3.3; Lee et al., "Generator Knows What Discriminator Should Learn in Unconditional GANs"
 * (GGDR), 2022, section 3.
 *
 * @param start the resolution of G's features where its synthesis begins, or that are matched
 * @param real what is asked of real images, or null for nothing
 * @param fake what is asked of generated images, or null for nothing
 */
public record GeneratorLeading(int start, Reconstruction real, Task fake) {

  /** What may be asked of generated images. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "task")
  @JsonSubTypes({@JsonSubTypes.Type(Reconstruction.class), @JsonSubTypes.Type(Features.class)})
  public sealed interface Task {

    /**
     * Returns how the distance is measured.
     *
     * @return the distance
     */
    ImageDistance distance();

    /**
     * Returns what the distance is multiplied by.
     *
     * @return at least 0
     */
    double weight();
  }

  /**
   * G makes the image again from what D decoded (GLeaD).
   *
   * @param distance between the image and the one made again
   * @param weight at least 0
   */
  public record Reconstruction(ImageDistance distance, double weight) implements Task {}

  /**
   * What D decoded equals the features that G made the image through (GGDR).
   *
   * @param distance between the feature maps
   * @param weight at least 0
   */
  public record Features(ImageDistance distance, double weight) implements Task {}

  /**
   * Returns whether D needs the heads that G can make an image of.
   *
   * @return true where any image is to be made again
   */
  public boolean reconstructs() {
    return real != null || fake instanceof Reconstruction;
  }

  /**
   * The task on real images.
   *
   * @param judged what D decoded from the images
   * @param images {@code (N, C, H, W)}
   * @param synthesis of the generator
   * @return a scalar for D to minimise
   * @throws IllegalStateException if nothing is asked of real images
   */
  public NDArray real(Judgement judged, NDArray images, StyleGan2Synthesis synthesis) {
    return real(judged, images, leader(synthesis));
  }

  /**
   * The task on real images, with the generator computed in a way of the caller's.
   *
   * @param judged what D decoded from the images
   * @param images {@code (N, C, H, W)}
   * @param leader computes what {@link #remade} does, with random noise
   * @return a scalar for D to minimise
   * @throws IllegalStateException if nothing is asked of real images
   */
  public NDArray real(Judgement judged, NDArray images, Function<Judgement, NDArray> leader) {
    if (real == null) {
      throw new IllegalStateException("Nothing is asked of real images");
    }
    return weighted(real, leader.apply(judged), images);
  }

  /**
   * The task on generated images.
   *
   * @param judged what D decoded from the images
   * @param made the images, and the features they were made through
   * @param synthesis of the generator
   * @return a scalar for D to minimise
   * @throws IllegalStateException if nothing is asked of generated images
   */
  public NDArray fake(
      Judgement judged, StyleGan2Synthesis.Result made, StyleGan2Synthesis synthesis) {
    return fake(judged, made, leader(synthesis));
  }

  /**
   * The task on generated images, with the generator computed in a way of the caller's.
   *
   * @param judged what D decoded from the images
   * @param made the images, and the features they were made through
   * @param leader computes what {@link #remade} does, with random noise
   * @return a scalar for D to minimise
   * @throws IllegalStateException if nothing is asked of generated images
   */
  public NDArray fake(
      Judgement judged, StyleGan2Synthesis.Result made, Function<Judgement, NDArray> leader) {
    if (fake == null) {
      throw new IllegalStateException("Nothing is asked of generated images");
    }
    return fake instanceof Reconstruction
        ? weighted(fake, leader.apply(judged), made.images())
        : weighted(fake, sized(judged.features()), made.features().get(start));
  }

  /**
   * Has G make an image of what D decoded, with one w for all layers.
   *
   * @param judged what D decoded
   * @param synthesis of the generator
   * @param noise where it comes from
   * @return images {@code (N, C, H, W)}
   */
  public NDArray remade(Judgement judged, StyleGan2Synthesis synthesis, NoiseMode noise) {
    NDArray ws = copies(synthesis.copiesBehind(start)).call(judged.style());
    return synthesis.fromFeatures(sized(judged.features()), sized(judged.image()), ws, noise, true);
  }

  /** One w for each of so many layers. */
  private static TorchScript.Method copies(int count) {
    return TorchScript.of(
            Text.format(
                """
                def copies(self, w: Tensor) -> Tensor:
                  return torch.repeat(torch.unsqueeze(w, 1), [1, %d, 1])
                """,
                count))
        .method("copies");
  }

  private Function<Judgement, NDArray> leader(StyleGan2Synthesis synthesis) {
    return judged -> remade(judged, synthesis, NoiseMode.RANDOM);
  }

  private NDArray sized(NDArray map) {
    return map.getShape().get(3) == start ? map : Resample.bilinear(map, start);
  }

  private static NDArray weighted(Task task, NDArray made, NDArray target) {
    return TorchOps.scale(task.distance().of(made, target), task.weight());
  }
}
