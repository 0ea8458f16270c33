package org.adversaria.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.config.SettingsJson;
import org.adversaria.config.SettingsPaths;
import org.adversaria.data.Split;
import org.adversaria.data.TrainingData;
import org.adversaria.methods.MethodBuilder;
import org.adversaria.methods.Methods;
import org.adversaria.training.Method;
import org.adversaria.training.MethodSettings;
import org.adversaria.training.Training;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains a method on images. */
@Command(
    name = "train",
    description = "Trains a method on images.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "The run's directory holds its record, log, checkpoints, pictures and report.html, which any"
          + " browser opens. Ctrl-C ends the training with a checkpoint; 'adversaria resume' goes on.",
      "",
      "Examples:",
      "  adversaria train stylegan2 --data my-images/ --resolution 64 --steps 2000",
      "  adversaria train adc-gan --data cifar10 --preset cifar10 --set recipe.batchSize=32",
      "  adversaria train csgan --data photos/ --to sketches/ --resolution 128"
    })
final class TrainCommand implements Callable<Integer> {

  /** The methods, for completion and for the list in the help. */
  static final class MethodNames implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Methods.names().iterator();
    }
  }

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "METHOD",
      completionCandidates = MethodNames.class,
      description = "One of ${COMPLETION-CANDIDATES}.")
  private String method;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      required = true,
      description =
          "Images: the name of a data set, or the path of a folder, of a tar archive or of a zip.")
  private String data;

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      description =
          "Images of the second domain, of csgan and cycle-gan. By default those of both domains are"
              + " side by side in the files of DATA.")
  private String target;

  @Mixin private ImageOptionsMixin images;

  @Option(
      names = "--split",
      paramLabel = "PART",
      defaultValue = "train",
      description = "The part of DATA: train or test. By default ${DEFAULT-VALUE}.")
  private Split split;

  @Option(
      names = "--unchecked",
      description = "Reads data sets also where their checksums differ from the published ones.")
  private boolean unchecked;

  @Option(names = "--flip", description = "Mirrors images left to right at random.")
  private boolean flip;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "Published settings, or 'small' for two CPU cores, the default of most methods.")
  private String preset;

  @Option(
      names = "--conditional",
      negatable = true,
      description =
          "Whether the networks are told the class of an image. By default as in the preset.")
  private Boolean conditional;

  @Option(
      names = "--augment",
      paramLabel = "NAME",
      description =
          "A change of all images that D is given: ada, which adapts to overfitting, diffaugment, or"
              + " none. By default as in the preset. For few images, ada.")
  private String augmentation;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Images in a batch. By default as in the preset.")
  private Integer batchSize;

  @Option(
      names = "--neighbours",
      paramLabel = "K",
      defaultValue = "50",
      description = "Images in the neighbourhood of an instance, of ic-gan. By default 50.")
  private int neighbours;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "Changes a setting, such as recipe.generator.beta1=0.5; may be repeated.")
  private Map<String, String> changes = new LinkedHashMap<>();

  @Option(
      names = "--settings",
      description = "Prints all settings that --set may change, and does not train.")
  private boolean settings;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Steps, in each of which G is updated once. By default ${DEFAULT-VALUE}.")
  private long steps;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description = "The seed of all random numbers. By default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      defaultValue = "fp32",
      description = "fp32, or bf16 on processors and GPUs that have it. By default fp32.")
  private String precision;

  @Option(
      names = "--out",
      paramLabel = "RUN",
      description =
          "The run's directory, which must not hold a run. By default a new one under runs/.")
  private Path out;

  @Mixin private TrainingOptions options;

  @Override
  public Integer call() throws IOException {
    DataOrigin origin;
    TrainingData samples;
    Method<?> chosen;
    Training training;
    try {
      Methods<?> named = Methods.named(method);
      origin = DataOrigin.of(data, target, neighbours, images.options(split), unchecked);
      samples = origin.open(named, preset == null ? "" : preset, options.device());
      chosen = MethodSettings.changed(build(named.builder(samples)), changes);
      training = Training.of(chosen).precision(precision);
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      throw new ParameterException(spec.commandLine(), Main.message(e), e);
    }
    if (settings) {
      print(chosen);
      return 0;
    }
    training.on(samples).origin(origin.asJson()).flip(flip).seed(seed).directory(out);
    return options.train(training, samples, steps, Training::start);
  }

  private Method<?> build(MethodBuilder<?> builder) {
    if (preset != null) {
      builder.preset(preset);
    }
    if (conditional != null) {
      if (conditional) {
        builder.conditional();
      } else {
        builder.unconditional();
      }
    }
    if (augmentation != null) {
      builder.augmentation(Augmentation.byName(augmentation));
    }
    if (batchSize != null) {
      builder.batchSize(batchSize);
    }
    return builder.build();
  }

  private void print(Method<?> chosen) {
    SettingsPaths.flat(SettingsJson.write(chosen.settings()))
        .forEach((path, value) -> spec.commandLine().getOut().println(path + "=" + value));
    spec.commandLine().getOut().flush();
  }
}
