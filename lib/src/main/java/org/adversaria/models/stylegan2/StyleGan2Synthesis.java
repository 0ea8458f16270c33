package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/**
 * StyleGAN2's synthesis: from a w for each layer to an image, in blocks of doubling resolution with
 * skip connections to the image.
 *
 * <p>State dict: {@code b4}, {@code b8}, ..., as in NVIDIA's PyTorch code.
 *
 * <p>Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020, figures
 * 2 and 7b. The start at a feature map is from Bai et al., "GLeaD: Improving GANs with a
 * Generator-Leading Task", 2023, section 3.2.
 */
public final class StyleGan2Synthesis extends TorchBlock {

  /** Splits {@code (N, copies, width)} into {@code (N, width)} for each copy. */
  private static final TorchScript SPLIT =
      TorchScript.of(
          """
          def split(self, ws: Tensor) -> List[Tensor]:
            return torch.unbind(ws, 1)
          """);

  /**
   * Images and their features.
   *
   * @param images {@code (N, channels, resolution, resolution)}, about in [-1, 1]
   * @param features of each block, by resolution, {@code (N, C, R, R)}
   */
  public record Result(NDArray images, Map<Integer, NDArray> features) {}

  private final int resolution;
  private final Map<Integer, SynthesisBlock> blocks = new LinkedHashMap<>();

  /**
   * Creates the network.
   *
   * @param sizes its sizes
   */
  public StyleGan2Synthesis(StyleGan2Sizes sizes) {
    resolution = sizes.resolution();
    for (int size = SynthesisBlock.FIRST; size <= resolution; size *= 2) {
      blocks.put(size, child("b" + size, new SynthesisBlock(sizes, size)));
    }
  }

  /**
   * Generates images, in evaluation with the fused form of convolutions, compiled where {@link
   * #compile} was called.
   *
   * @param ws {@code (N, copies, width)}
   * @param noise its source
   * @param training true in training
   * @return images {@code (N, channels, resolution, resolution)}, about in [-1, 1]
   */
  public NDArray images(NDArray ws, NoiseMode noise, boolean training) {
    return compiled(
        "images " + noise,
        new NDList(ws),
        training,
        x -> forward(x.get(0), new SynthesisBlock.Mode(noise, !training)).images());
  }

  /**
   * Generates images as {@link #images}, and returns the features of each block.
   *
   * @param ws {@code (N, copies, width)}
   * @param noise its source
   * @param training true in training
   * @return images and features
   */
  public Result forward(NDArray ws, NoiseMode noise, boolean training) {
    return compiled(
        "forward " + noise,
        new NDList(ws),
        training,
        x -> forward(x.get(0), new SynthesisBlock.Mode(noise, !training)));
  }

  Result forward(NDArray ws, SynthesisBlock.Mode mode) {
    return run(List.copyOf(blocks.keySet()), null, ws, mode, null);
  }

  /**
   * Generates images from a feature map and an image of its size, with the blocks of higher
   * resolution.
   *
   * @param features {@code (N, C, R, R)} with the channels of the block at R
   * @param image {@code (N, channels, R, R)}
   * @param ws a w for each layer of those blocks, {@code (N, copiesBehind(R), width)}
   * @param noise its source
   * @param training true in training
   * @return images {@code (N, channels, resolution, resolution)}
   * @throws IllegalArgumentException if there is no block of higher resolution
   */
  public NDArray fromFeatures(
      NDArray features, NDArray image, NDArray ws, NoiseMode noise, boolean training) {
    int start = (int) features.getShape().get(3);
    List<Integer> rest = blocks.keySet().stream().filter(size -> size > start).toList();
    if (rest.isEmpty() || !blocks.containsKey(start)) {
      throw new IllegalArgumentException(
          Text.format(
              "The synthesis can begin at features of %s pixels, the last excepted, not at %d",
              blocks.keySet(), start));
    }
    return compiled(
        "from features " + noise,
        new NDList(features, image, ws),
        training,
        x ->
            run(
                    rest,
                    new SynthesisBlock.State(x.get(0), x.get(1)),
                    x.get(2),
                    new SynthesisBlock.Mode(noise, !training),
                    null)
                .images());
  }

  /**
   * Generates images with the features of one block replaced; its image is not changed.
   *
   * @param features {@code (N, C, R, R)} with the channels of the block at R
   * @param ws {@code (N, copies, width)}
   * @param noise its source
   * @param training true in training
   * @return images {@code (N, channels, resolution, resolution)}
   */
  public NDArray withFeatures(NDArray features, NDArray ws, NoiseMode noise, boolean training) {
    var mode = new SynthesisBlock.Mode(noise, !training);
    return run(List.copyOf(blocks.keySet()), null, ws, mode, features).images();
  }

  /**
   * Returns the number of w for {@link #fromFeatures}.
   *
   * @param start the resolution of the features
   * @return one for each convolution of the blocks of higher resolution, and one for the last RGB
   *     layer
   */
  public int copiesBehind(int start) {
    return 2 * Integer.numberOfTrailingZeros(resolution / start) + 1;
  }

  private Result run(
      List<Integer> sizes,
      SynthesisBlock.State start,
      NDArray ws,
      SynthesisBlock.Mode mode,
      NDArray replacement) {
    NDList styles = SPLIT.method("split").callList(ws);
    SynthesisBlock.State state = start;
    var features = new LinkedHashMap<Integer, NDArray>();
    int next = 0;
    for (int size : sizes) {
      SynthesisBlock block = blocks.get(size);
      int convolutions = block.convolutions();
      List<NDArray> blockStyles = new ArrayList<>(styles.subList(next, next + convolutions + 1));
      next += convolutions;
      state = block.forward(state, blockStyles, mode);
      if (replacement != null && size == replacement.getShape().get(3)) {
        state = new SynthesisBlock.State(replacement, state.image());
      }
      features.put(size, state.features());
    }
    return new Result(state.image(), features);
  }

  /** {@inheritDoc} The input is ws, the output the images, with random noise. */
  @Override
  public NDList forward(NDList inputs, boolean training) {
    return new NDList(images(inputs.singletonOrThrow(), NoiseMode.RANDOM, training));
  }
}
