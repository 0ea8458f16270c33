package org.adversaria.cli;

import ai.djl.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.adversaria.data.ImageData;
import org.adversaria.metrics.ContrastiveEncoder;
import org.adversaria.metrics.FeatureExtractor;
import org.adversaria.metrics.InceptionFeatures;
import org.adversaria.metrics.ScriptFeatures;
import org.adversaria.torch.ScriptFile;
import org.adversaria.torch.Text;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that say where features come from. */
final class FeatureOptions {

  private static final String CLASSIFIER = "classifier";
  private static final String ENCODER = "encoder";
  private static final String INCEPTION = "inception";

  /** Sources that are no files. */
  private static final Set<String> OWN = Set.of(CLASSIFIER, ENCODER, INCEPTION);

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--features",
      paramLabel = "SOURCE",
      description =
          "Where features come from: classifier, a small one that is trained on DATA's classes and"
              + " kept; encoder, a small one that learns from DATA without classes and is kept;"
              + " inception, the field's standard network; or FILE.pt, a TorchScript module that"
              + " maps images to features. By default classifier, of data without classes encoder.")
  private String source;

  @Option(
      names = "--features-name",
      paramLabel = "NAME",
      description = "The name of FILE.pt's features in scores; by default the file's.")
  private String name;

  @Option(
      names = "--features-size",
      paramLabel = "PIXELS",
      description = "The side to which images are scaled for FILE.pt; by default they are not.")
  private Integer size;

  @Option(
      names = "--features-range",
      paramLabel = "LOW,HIGH",
      split = ",",
      hideParamSyntax = true,
      description = "The values of black and of full brightness for FILE.pt; by default 0,1.")
  private float[] range;

  @Option(
      names = "--trust",
      description =
          "Loads FILE.pt without an examination. Otherwise its code may only compute: operators that"
              + " read or write files, print or reach outside of the process are refused. How long"
              + " it computes and how much memory it takes is not examined.")
  private boolean trusted;

  /** Refuses what is not understood, before anything is computed. */
  void validate() {
    boolean file = source != null && !OWN.contains(source);
    if (file && !source.endsWith(".pt")) {
      throw misunderstood(
          "--features: there is no '%s'; there are classifier, encoder, inception and FILE.pt",
          source);
    }
    if (file && !Files.isRegularFile(Path.of(source))) {
      throw misunderstood("--features: there is no file %s", source);
    }
    if (!file && (name != null || size != null || range != null || trusted)) {
      throw misunderstood(
          "--features-name, --features-size, --features-range and --trust go with FILE.pt");
    }
    if (size != null && size < 1) {
      throw misunderstood("--features-size: a side has at least 1 pixel, not %d", size);
    }
    if (range != null && (range.length != 2 || range[0] >= range[1])) {
      throw misunderstood("--features-range takes two rising numbers, such as -1,1");
    }
  }

  private ParameterException misunderstood(String message, Object... values) {
    return new ParameterException(spec.commandLine(), Text.format(message, values));
  }

  /** Makes the extractor, which the caller closes; null for the evaluation's own classifier. */
  FeatureExtractor open(ImageData data, Device device) {
    boolean classes = data.numClasses() > 1;
    String chosen = source != null ? source : classes ? CLASSIFIER : ENCODER;
    if (chosen.equals(CLASSIFIER) && !classes) {
      throw new IllegalArgumentException(
          Text.format(
              "%s has no classes that a classifier could learn: use --features encoder, inception or"
                  + " FILE.pt",
              data.name()));
    }
    return switch (chosen) {
      case CLASSIFIER -> null;
      case ENCODER -> ContrastiveEncoder.of(data);
      case INCEPTION -> InceptionFeatures.standard(device);
      default -> script(Path.of(chosen), device);
    };
  }

  private FeatureExtractor script(Path file, Device device) {
    if (trusted) {
      ScriptFile.trust(file);
    }
    String own = file.getFileName().toString().replaceFirst("\\.pt$", "");
    var script = ScriptFeatures.builder(file, name == null ? own : name).device(device);
    if (size != null) {
      script.inputSize(size, size);
    }
    if (range != null) {
      script.valueRange(range[0], range[1]);
    }
    return script.build();
  }
}
