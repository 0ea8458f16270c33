package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.adversaria.nn.ArrayTree;
import org.adversaria.torch.Text;

/**
 * One update of a GAN of one generator and one discriminator: the real samples, the generated ones,
 * and the outputs of D on them.
 *
 * <p>D is applied to all samples in one pass, as in BigGAN's published code, so that each layer
 * runs, and each spectral norm has its power iteration, once in an update. The first call of {@link
 * Samples#output} runs the pass; before it {@link #discriminate} adds samples. Networks that
 * normalise over the batch have a pass for each batch of samples.
 *
 * @param <O> the outputs of D
 */
public final class GanStep<O> {

  private final Step step;
  private final GanNetworks<O> networks;
  private final UnaryOperator<NDArray> augmentation;
  private final Function<O, NDList> compared;
  private final boolean apart;
  private final List<Samples<O>> pending = new ArrayList<>();
  private Samples<O> real;
  private Samples<O> fake;

  /**
   * Creates an update without samples.
   *
   * @param step the step
   * @param networks G and D
   * @param augmentation applied to all samples before D
   * @param compared selects the outputs that consistency terms compare
   */
  public GanStep(
      Step step,
      GanNetworks<O> networks,
      UnaryOperator<NDArray> augmentation,
      Function<O, NDList> compared) {
    this(step, networks, augmentation, compared, false);
  }

  /**
   * Creates an update without samples.
   *
   * @param step the step
   * @param networks G and D
   * @param augmentation applied to all samples before D
   * @param compared selects the outputs that consistency terms compare
   * @param apart true for a pass of D for each batch of samples, where D normalises over the batch
   */
  public GanStep(
      Step step,
      GanNetworks<O> networks,
      UnaryOperator<NDArray> augmentation,
      Function<O, NDList> compared,
      boolean apart) {
    this.step = step;
    this.networks = networks;
    this.augmentation = augmentation;
    this.compared = compared;
    this.apart = apart;
  }

  /** Samples, and the outputs of D on them. */
  public static final class Samples<O> {

    private final GanStep<O> owner;
    private final NDArray x;
    private final NDArray y;
    private final NDArray z;
    private O output;

    private Samples(GanStep<O> owner, NDArray x, NDArray y, NDArray z) {
      this.owner = owner;
      this.x = x;
      this.y = y;
      this.z = z;
    }

    /**
     * Samples with given outputs of D, by which a method's terms are computed without networks.
     *
     * @param <O> the outputs of D
     * @param y the conditions, {@code (N, ...)}
     * @param output of D on N samples
     * @return the samples, without x and z
     */
    public static <O> Samples<O> of(NDArray y, O output) {
      var samples = new Samples<O>(null, null, y, null);
      samples.output = output;
      return samples;
    }

    /**
     * Returns the samples.
     *
     * @return {@code (N, C, H, W)} in [-1, 1], or {@code (N, D)}
     */
    public NDArray x() {
      return x;
    }

    /**
     * Returns the conditions.
     *
     * @return labels int64 {@code (N)}, or values {@code (N, ...)}; null without conditions
     */
    public NDArray y() {
      return y;
    }

    /**
     * Returns the latents that the samples were generated from.
     *
     * @return {@code (N, latentSize)}; null for samples of the data
     */
    public NDArray z() {
      return z;
    }

    /**
     * Returns the outputs of D.
     *
     * @return an array, or a record of arrays, of N rows
     */
    public O output() {
      if (output == null) {
        owner.pass(this);
      }
      return output;
    }

    /**
     * Returns the outputs of D that consistency terms compare.
     *
     * @return arrays of N rows
     */
    public NDList compared() {
      return owner == null ? ArrayTree.flatten(output) : owner.compared.apply(output());
    }
  }

  /**
   * Adds the real samples to the pass.
   *
   * @param x samples of the data {@code (N, ...)}
   * @param y their conditions; null without
   * @return this
   */
  public GanStep<O> withReal(NDArray x, NDArray y) {
    real = discriminate(x, y);
    return this;
  }

  /**
   * Adds the generated samples to the pass.
   *
   * @param x G(z, y), {@code (N, ...)}
   * @param y their conditions; null without
   * @param z their latents
   * @return this
   */
  public GanStep<O> withFake(NDArray x, NDArray y, NDArray z) {
    fake = enqueue(new Samples<>(this, x, y, z));
    return this;
  }

  /**
   * Sets real and generated samples with given outputs.
   *
   * @param realSamples of the data
   * @param fakeSamples generated
   * @return this
   */
  public GanStep<O> with(Samples<O> realSamples, Samples<O> fakeSamples) {
    real = realSamples;
    fake = fakeSamples;
    return this;
  }

  /**
   * Adds further samples to the pass.
   *
   * @param x samples, of the shape of the others
   * @param y their conditions; null without
   * @return the samples, with their outputs after the pass
   */
  public Samples<O> discriminate(NDArray x, NDArray y) {
    return enqueue(new Samples<>(this, x, y, null));
  }

  /**
   * Samples for a pass of D of their own. The gradient of their outputs by x costs no more than
   * that pass, where a joint pass has the gradients of all samples computed.
   *
   * @param x samples, of the shape of the others
   * @param y their conditions; null without
   * @return the samples, whose pass runs when their outputs are asked for
   */
  public Samples<O> discriminateApart(NDArray x, NDArray y) {
    return new Samples<>(this, x, y, null);
  }

  private Samples<O> enqueue(Samples<O> samples) {
    if (!apart) {
      pending.add(samples);
    }
    return samples;
  }

  /**
   * Returns the real samples.
   *
   * @return x of the data, with its y
   * @throws IllegalStateException in an update of G, which has no real samples
   */
  public Samples<O> real() {
    if (!hasReal()) {
      throw new IllegalStateException("An update of the generator has no real samples");
    }
    return real;
  }

  /**
   * Returns whether there are real samples.
   *
   * @return true in an update of D, false in one of G
   */
  public boolean hasReal() {
    return real != null;
  }

  /**
   * Returns the generated samples. In an update of D no gradient flows into G.
   *
   * @return G(z, y)
   */
  public Samples<O> fake() {
    return fake;
  }

  /**
   * Returns the number of the training step.
   *
   * @return from 0
   */
  public long number() {
    return step.number();
  }

  /**
   * Returns the step.
   *
   * @return number, random numbers and batch
   */
  public Step step() {
    return step;
  }

  /**
   * Returns the networks.
   *
   * @return G and D
   */
  public GanNetworks<O> networks() {
    return networks;
  }

  /** Runs D on all pending samples and splits the outputs, or on samples that stand apart. */
  private void pass(Samples<O> asked) {
    List<Samples<O>> batches = List.of(asked);
    if (pending.contains(asked)) {
      batches = List.copyOf(pending);
      pending.clear();
    }
    NDArray x = joined(batches.stream().map(Samples::x).toList()); // (sum of N, ...)
    O outputs = networks.discriminator().forward(augmentation.apply(x), conditions(batches), true);
    requireRows(outputs, x.getShape().get(0));
    if (batches.size() == 1) {
      batches.get(0).output = outputs;
      return;
    }
    long[] starts = starts(batches);
    List<NDList> parts =
        ArrayTree.flatten(outputs).stream().map(array -> array.split(starts)).toList();
    for (int i = 0; i < batches.size(); i++) {
      var sampleOutputs = new NDList();
      for (NDList array : parts) {
        sampleOutputs.add(array.get(i));
      }
      batches.get(i).output = ArrayTree.rebuild(outputs, sampleOutputs);
    }
  }

  /** The conditions of all samples; null without. */
  private static <O> NDArray conditions(List<Samples<O>> batches) {
    List<NDArray> all = batches.stream().map(Samples::y).filter(Objects::nonNull).toList();
    if (all.isEmpty()) {
      return null;
    }
    if (all.size() < batches.size()) {
      throw new IllegalStateException(
          "D is given some samples with conditions and some without: all have one, or none has");
    }
    return joined(all);
  }

  /** Outputs of another first axis would be given to samples that they are not of. */
  private void requireRows(O outputs, long rows) {
    for (NDArray array : ArrayTree.flatten(outputs)) {
      Shape shape = array.getShape();
      if (shape.dimension() == 0 || shape.get(0) != rows) {
        throw new IllegalStateException(
            Text.format(
                "%s returned an array %s for %d samples: the first axis of each output is the batch",
                networks.discriminator().getClass().getSimpleName(), shape, rows));
      }
    }
  }

  /** The rows at which the second and later batches begin. */
  private static <O> long[] starts(List<Samples<O>> batches) {
    var starts = new long[batches.size() - 1];
    long row = 0;
    for (int i = 0; i < starts.length; i++) {
      row += batches.get(i).x.getShape().get(0);
      starts[i] = row;
    }
    return starts;
  }

  private static NDArray joined(List<NDArray> batches) {
    return batches.size() == 1 ? batches.get(0) : NDArrays.concat(new NDList(batches));
  }
}
