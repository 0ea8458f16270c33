package org.adversaria.cli;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.adversaria.data.ImagePairs;
import org.adversaria.methods.Methods;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampling;
import org.adversaria.models.stylegan2.StyleGan2Generator;
import org.adversaria.torch.Text;
import org.adversaria.training.SavedRun;
import org.adversaria.training.SavedRun.Weights;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which of a run's generators is meant, in commands that use one. */
final class GeneratorOptions {

  @Option(
      names = "--weights",
      paramLabel = "WHICH",
      description =
          "A run's averaged weights, where it has them, or the trained ones: averaged"
              + " or trained. By default averaged.")
  private Weights weights;

  @Option(
      names = "--checkpoint",
      paramLabel = "STEP",
      description = "The step of a run's checkpoint. By default the newest.")
  private Long checkpoint;

  @Option(
      names = "--truncation",
      paramLabel = "T",
      description =
          "Trades variety for quality. StyleGAN2's w go to T times their distance from the mean"
              + " (psi); latents of other runs are drawn again until no element is larger than T.")
  private Double truncation;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** Whether one of the options was given. */
  boolean given() {
    return weights != null || checkpoint != null || truncation != null;
  }

  /** Whether samples are truncated. */
  boolean truncates() {
    return truncation != null;
  }

  /**
   * A generator to draw from.
   *
   * @param generator with StyleGAN2's truncation in it
   * @param threshold of latents, {@link Sampling#UNTRUNCATED} where there is none
   */
  record Chosen(Generator generator, double threshold) {

    /** A generator with a truncation, null for none. */
    static Chosen of(Generator generator, Double truncation) {
      if (truncation == null) {
        return new Chosen(generator, Sampling.UNTRUNCATED);
      }
      return generator instanceof StyleGan2Generator style
          ? new Chosen(style.truncated(truncation), Sampling.UNTRUNCATED)
          : new Chosen(generator, truncation);
    }

    /** How it is sampled. */
    Sampling sampling(long seed) {
      Sampling sampling = Sampling.ofSeed(seed);
      return threshold == Sampling.UNTRUNCATED ? sampling : sampling.truncated(threshold);
    }
  }

  /** Opens the generator. */
  Chosen open(SavedRun run) throws IOException {
    String method = run.record().method();
    if (Methods.names().contains(method) && Methods.named(method).data() == ImagePairs.class) {
      throw new IllegalArgumentException(
          Text.format(
              "%s translates images, by a generator for each direction: this command draws from noise;"
                  + " see the pictures of %s, or SavedRun.network(...) in Java",
              method, run.directory()));
    }
    Weights which = weights == null ? Weights.AVERAGED : weights;
    Generator generator =
        checkpoint == null ? run.generator(which) : run.generator(which, checkpoint);
    boolean ofW = generator instanceof StyleGan2Generator;
    if (truncation != null && !(ofW ? Double.isFinite(truncation) : truncation > 0)) {
      throw new ParameterException(
          spec.commandLine(),
          Text.format("--truncation: a %snumber, not %s", ofW ? "" : "positive ", truncation));
    }
    return Chosen.of(generator, truncation);
  }

  /** The step of the checkpoint. */
  long step(SavedRun run) throws IOException {
    List<Long> steps = run.checkpoints();
    return checkpoint != null ? checkpoint : steps.get(steps.size() - 1);
  }

  /** What is not as usual about the generator, in words. */
  List<String> words() {
    return Stream.of(
            checkpoint == null ? "" : "step " + checkpoint,
            weights == Weights.TRAINED ? "trained weights" : "",
            truncation == null ? "" : Text.format("truncation %s", truncation))
        .filter(word -> !word.isEmpty())
        .toList();
  }
}
