package org.adversaria.metrics;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.ScriptFile;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchOps;

/**
 * A network of one's own as extractor, from a TorchScript file.
 *
 * <p>Its {@code forward} takes float32 images {@code (N, C, H, W)} and returns the features, or a
 * tuple of features and logits. Features are {@code (N, width)}, or maps {@code (N, width, H, W)},
 * which are averaged over their positions.
 *
 * <pre>{@code
 * var dino = ScriptFeatures.builder(Path.of("dino.pt"), "dino")
 *     .channels(3)
 *     .inputSize(224, 224)
 *     .normalize(new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f})
 *     .build();
 * }</pre>
 */
public final class ScriptFeatures implements FeatureExtractor {

  private final String name;
  private final ScriptFile network;
  private final Input input;
  private final String fingerprint;

  private ScriptFeatures(String name, ScriptFile network, Input input, String fingerprint) {
    this.name = name;
    this.network = network;
    this.input = input;
    this.fingerprint = fingerprint;
  }

  /**
   * Starts the description of an extractor.
   *
   * @param file a TorchScript file
   * @param name the name that its scores shall carry
   * @return a builder; every other setting has a default
   */
  public static Builder builder(Path file, String name) {
    return new Builder(file, name);
  }

  @Override
  public String name() {
    return name;
  }

  /** {@inheritDoc} It is the SHA-256 of the file and the settings. */
  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public Device device() {
    return network.device();
  }

  /**
   * {@inheritDoc}
   *
   * @throws org.adversaria.torch.TorchScriptException if the network refuses the images
   * @throws IllegalStateException if the network's results are not features, or features and logits
   */
  @Override
  public Features extract(NDArray images) {
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      NDList results = network.callList("forward", input.prepare(images, name));
      requireResults(results, images.getShape().get(0));
      NDArray vectors = results.get(0).toType(DataType.FLOAT32, false);
      if (vectors.getShape().dimension() == 4) {
        vectors = vectors.flatten(2, 3).mean(new int[] {2});
      }
      NDScope.unregister(vectors);
      if (results.size() == 1) {
        return new Features(vectors, null);
      }
      NDArray logits = results.get(1).toType(DataType.FLOAT32, false);
      NDScope.unregister(logits);
      return new Features(vectors, logits);
    }
  }

  private void requireResults(NDList results, long images) {
    boolean good = results.size() == 1 || results.size() == 2 && fits(results.get(1), images, 2);
    if (!good || !fits(results.get(0), images, 2) && !fits(results.get(0), images, 4)) {
      throw new IllegalStateException(
          Text.format(
              """
              %s returns %s for %d images; an extractor returns features (N, width) or \
              (N, width, H, W), or a tuple of them and logits (N, classes)""",
              network.file(), Arrays.toString(results.getShapes()), images));
    }
  }

  private static boolean fits(NDArray result, long images, int dimensions) {
    Shape shape = result.getShape();
    return shape.dimension() == dimensions && shape.get(0) == images;
  }

  /** What the network takes: 0 channels for as many as there are, 0 pixels for no resizing. */
  private record Input(
      int channels, int height, int width, float low, float high, float[] mean, float[] deviation) {

    NDArray prepare(NDArray images, String name) {
      int expected = requireChannels(images.getShape(), name);
      NDArray x = images;
      if (height > 0 && (x.getShape().get(2) != height || x.getShape().get(3) != width)) {
        x = TorchOps.resize(x, height, width);
      }
      if (x.getShape().get(1) != expected) {
        x = x.repeat(1, expected);
      }
      float half = (high - low) / 2;
      x = x.mul(half).add(low + half);
      if (mean.length > 0) {
        var perChannel = new Shape(1, expected, 1, 1);
        NDManager manager = images.getManager();
        x = x.sub(manager.create(mean, perChannel)).div(manager.create(deviation, perChannel));
      }
      return x;
    }

    private int requireChannels(Shape shape, String name) {
      if (shape.dimension() != 4) {
        throw new IllegalArgumentException("Images are (N, C, H, W), but these are " + shape);
      }
      int expected = channels == 0 ? (int) shape.get(1) : channels;
      if (shape.get(1) != expected && shape.get(1) != 1) {
        throw new IllegalArgumentException(
            Text.format(
                "%s takes %d channels, but the images are %s; only grey images can be repeated",
                name, expected, shape));
      }
      if (mean.length > 0 && mean.length != expected) {
        throw new IllegalArgumentException(
            Text.format(
                "%s has means of %d channels, but takes %d of images %s; set channels(%d)",
                name, mean.length, expected, shape, mean.length));
      }
      return expected;
    }

    @Override
    public String toString() {
      return Text.format(
          "channels %d, size %dx%d, values %s to %s, mean %s, deviation %s",
          channels, height, width, low, high, Arrays.toString(mean), Arrays.toString(deviation));
    }
  }

  /** Frees the network. */
  @Override
  public void close() {
    network.close();
  }

  /** The settings of a {@link ScriptFeatures}. */
  public static final class Builder {

    private final Path file;
    private final String name;
    private Device device = Engine.getEngine("PyTorch").defaultDevice();
    private int channels;
    private int height;
    private int width;
    private float low;
    private float high = 1;
    private float[] mean = {};
    private float[] deviation = {};

    private Builder(Path file, String name) {
      this.file = file;
      this.name = name;
    }

    /**
     * Sets where to compute; the default device unless set.
     *
     * @param value the device
     * @return this builder
     */
    public Builder device(Device value) {
      device = value;
      return this;
    }

    /**
     * Sets the number of channels that the network takes; as many as the images have unless set.
     * Grey images are repeated.
     *
     * @param value at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder channels(int value) {
      require(value > 0, "An image has at least one channel, not " + value);
      channels = value;
      return this;
    }

    /**
     * Sets the size of the images that the network takes; as they come unless set. Others are
     * brought to it by {@link TorchOps#resize}.
     *
     * @param newHeight in pixels
     * @param newWidth in pixels
     * @return this builder
     * @throws IllegalArgumentException if one is not positive
     */
    public Builder inputSize(int newHeight, int newWidth) {
      require(
          newHeight > 0 && newWidth > 0,
          Text.format("An image has at least 1x1 pixels, not %dx%d", newHeight, newWidth));
      height = newHeight;
      width = newWidth;
      return this;
    }

    /**
     * Sets which values stand for black and full brightness; 0 and 1 unless set.
     *
     * @param black in place of -1
     * @param white in place of 1
     * @return this builder
     * @throws IllegalArgumentException if white is not above black
     */
    public Builder valueRange(float black, float white) {
      require(
          white > black,
          Text.format("White is above black, but the range is %s to %s", black, white));
      low = black;
      high = white;
      return this;
    }

    /**
     * Sets what is subtracted from each channel after the value range, and what it is then divided
     * by; nothing unless set.
     *
     * @param means for each channel
     * @param deviations for each channel, positive
     * @return this builder
     * @throws IllegalArgumentException if the two differ in length, or a deviation is not positive
     */
    public Builder normalize(float[] means, float[] deviations) {
      require(
          means.length == deviations.length,
          Text.format(
              "There are %d means and %d deviations; each channel has one of both",
              means.length, deviations.length));
      for (float value : deviations) {
        require(value > 0, "A channel cannot be divided by " + value);
      }
      mean = means.clone();
      deviation = deviations.clone();
      return this;
    }

    /**
     * Loads the network.
     *
     * @return the extractor
     * @throws IllegalArgumentException if there is no such file or the name is blank
     * @throws org.adversaria.torch.TorchScriptException if the file is not TorchScript, or asks for
     *     more than computing, see {@link ScriptFile}
     */
    public ScriptFeatures build() {
      require(!name.isBlank(), "An extractor needs a name, for its scores carry it");
      var input = new Input(channels, height, width, low, high, mean, deviation);
      ScriptFile network = ScriptFile.load(file, device);
      try {
        String fingerprint = new Fingerprint().add(file).add(input.toString()).hex();
        return new ScriptFeatures(name, network, input, fingerprint);
      } catch (IOException e) {
        network.close();
        throw new UncheckedIOException(file + " cannot be read", e);
      }
    }

    private static void require(boolean condition, String problem) {
      if (!condition) {
        throw new IllegalArgumentException(problem);
      }
    }
  }
}
