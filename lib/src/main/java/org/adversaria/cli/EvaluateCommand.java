package org.adversaria.cli;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.adversaria.data.DataException;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.data.ImageOptions;
import org.adversaria.data.Split;
import org.adversaria.metrics.Evaluation;
import org.adversaria.metrics.EvaluationReport;
import org.adversaria.metrics.FeatureExtractor;
import org.adversaria.metrics.NamedMetric;
import org.adversaria.models.Condition;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampling;
import org.adversaria.torch.Text;
import org.adversaria.training.RunRecord;
import org.adversaria.training.SavedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Scores a trained run's generator, or images from anywhere, against real data. */
@Command(
    name = "evaluate",
    description = "Scores a trained generator, or images from anywhere, against real data.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  adversaria evaluate runs/my-run --against shapes-grey-28",
      "  adversaria evaluate samples.zip --against cifar10 --metrics fid,prdc --out scores.csv",
      "",
      "With --master, fid, intra-fid, prdc and pr are computed by Apache Spark, on many machines:",
      "  adversaria evaluate --master local --help"
    })
final class EvaluateCommand implements Callable<Integer> {

  private static final int SAMPLES = 10_000;
  private static final int KID_SUBSETS = 100;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "RUN_DIR|IMAGES",
      description = "A training run's directory; or images, named as DATA is.")
  private String source;

  @Option(
      names = "--against",
      paramLabel = "DATA",
      required = true,
      description =
          "Real images: the name of a data set; or the path of a folder of images or of class"
              + " folders, of a tar archive or a zip of such, or of what StyleGAN's data tool"
              + " writes.")
  private String against;

  @Option(
      names = "--split",
      paramLabel = "PART",
      defaultValue = "train",
      description = "The part of DATA: train or test. By default ${DEFAULT-VALUE}.")
  private Split split;

  @Option(
      names = "--unchecked",
      description =
          "Reads files of data sets that you have placed yourself as they are, also where their"
              + " checksums differ from the published ones.")
  private boolean unchecked;

  @Mixin private ImageOptionsMixin imageOptions;

  @Option(
      names = "--metrics",
      paramLabel = "METRIC",
      split = ",",
      converter = MetricConverter.class,
      description =
          "What to compute, of fid, kid, is, prdc (precision, recall, density, coverage), pr"
              + " (improved precision and recall), intra-fid, accuracy (conditional), cas"
              + " (classification accuracy score), factors (of drawn shapes). By default"
              + " fid,kid,prdc, for a conditional run also intra-fid,accuracy.")
  private List<NamedMetric> metrics = List.of();

  @Option(
      names = "--kid-subset",
      paramLabel = "N",
      description =
          "The images in each of KID's 100 subsets. By default 1,000, or as many as there are.")
  private Integer kidSubset;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "How many samples. By default 10,000 of a run, and all images.")
  private Integer samples;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description = "The seed of samples and random subsets. By default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "How many images go through the networks at a time. By default ${DEFAULT-VALUE}.")
  private int batchSize;

  @Mixin private GeneratorOptions chosen;

  @Option(
      names = "--standing-statistics",
      paramLabel = "PASSES",
      description = "Computes a run's batch-norm statistics anew, from that many batches.")
  private Integer standingStatistics;

  @Mixin private FeatureOptions features;

  @Mixin private DeviceOption device;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Writes the scores to FILE.csv, or everything to FILE.json; may be repeated.")
  private List<Path> out = List.of();

  @Override
  public Integer call() throws IOException {
    boolean isRun = RunRecord.exists(Path.of(source));
    validate(isRun);
    ImageData named = isRun && !Datasets.isName(against) ? null : open("--against", against, split);
    if (isRun) {
      evaluateRun(named);
    } else {
      evaluateImages(named);
    }
    return 0;
  }

  /** Images of a path are taken in the size of a run's own, unless another one is asked for. */
  private ImageData openFor(Shape imageShape) {
    ImageOptions options = imageOptions.options(split);
    boolean square = imageShape.dimension() == 3 && imageShape.get(1) == imageShape.get(2);
    return open(
        "--against",
        against,
        options.resolution() == 0 && square
            ? options.withResolution((int) imageShape.get(1))
            : options);
  }

  /** Refuses what is not understood, before anything is computed. */
  private void validate(boolean isRun) {
    features.validate();
    ReportOutput.validate(out, spec.commandLine());
    if (metrics.contains(NamedMetric.CAS) && split == Split.TEST) {
      throw misunderstood("cas is tested on DATA's test part: it goes with --split train only");
    }
    if (kidSubset != null && kidSubset < 2) {
      throw misunderstood("--kid-subset: a subset has at least 2 images, not " + kidSubset);
    }
    if ((chosen.given() || standingStatistics != null) && !isRun) {
      throw misunderstood(
          Text.format(
              "--weights, --checkpoint, --truncation and --standing-statistics go with a run, and %s has no run.json",
              source));
    }
  }

  private ParameterException misunderstood(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private ImageData open(String what, String nameOrPath, Split part) {
    return open(what, nameOrPath, imageOptions.options(part));
  }

  private ImageData open(String what, String nameOrPath, ImageOptions options) {
    try {
      ImageData data =
          unchecked
              ? Datasets.openUnchecked(nameOrPath, options)
              : Datasets.open(nameOrPath, options);
      data.notes().forEach(note -> spec.commandLine().getErr().println("note: " + note));
      return data;
    } catch (IllegalArgumentException e) {
      throw misunderstood(what + ": " + Main.message(e));
    }
  }

  /** Scores a run against data that are open already, or null for those of a path. */
  private void evaluateRun(ImageData named) throws IOException {
    Path directory = Path.of(source);
    try (SavedRun run = SavedRun.open(directory, device.get());
        NDManager manager = NDManager.newBaseManager(device.get(), "PyTorch")) {
      GeneratorOptions.Chosen drawn = chosen.open(run);
      Generator generator = drawn.generator();
      ImageData data = named == null ? openFor(generator.imageShape()) : named;
      Evaluation evaluation =
          Evaluation.of(generator).samples(samples == null ? SAMPLES : samples).named(name(run));
      if (drawn.threshold() != Sampling.UNTRUNCATED) {
        evaluation.truncation(drawn.threshold());
      }
      if (standingStatistics != null) {
        evaluation.standingStatistics(standingStatistics);
      }
      if (generator.condition() instanceof Condition.Instances) {
        DataOrigin origin = DataOrigin.of(run.record(), directory);
        evaluation.conditions(origin.instances(device.get()).conditions(manager));
      }
      boolean byClass = generator.numClasses() > 1 && generator.numClasses() == data.numClasses();
      EvaluationReport report = evaluate(evaluation, data, byClass);
      ReportOutput.keep(report, directory, chosen.step(run), spec.commandLine());
    }
  }

  /** The directory's name, and what is not as usual about the weights. */
  private String name(SavedRun run) {
    var parts = new ArrayList<String>();
    parts.add(String.valueOf(run.directory().toAbsolutePath().normalize().getFileName()));
    parts.addAll(chosen.words());
    return String.join(", ", parts);
  }

  private void evaluateImages(ImageData data) throws IOException {
    ImageData images;
    try {
      images = open("RUN_DIR|IMAGES", source, Split.TRAIN);
    } catch (DataException e) {
      throw Files.isDirectory(Path.of(source))
          ? new DataException(
              Text.format(
                  "%s is no run (it has no run.json), and as images: %s", source, e.getMessage()),
              e)
          : e;
    }
    Evaluation evaluation = Evaluation.of(images);
    if (samples != null) {
      evaluation.samples(samples);
    }
    evaluate(evaluation, data, false);
  }

  private EvaluationReport evaluate(Evaluation evaluation, ImageData data, boolean byClass)
      throws IOException {
    for (NamedMetric metric : requestedMetrics(byClass)) {
      if (metric == NamedMetric.KID && kidSubset != null) {
        evaluation.kid(KID_SUBSETS, kidSubset);
      } else {
        metric.ask(evaluation, () -> open("--against", against, Split.TEST));
      }
    }
    EvaluationReport report;
    try (var progress = new ProgressLine();
        FeatureExtractor extractor = features.open(data, device.get())) {
      report =
          evaluation
              .against(data)
              .seed(seed)
              .batchSize(batchSize)
              .features(extractor)
              .onProgress(progress::show)
              .run();
    }
    ReportOutput.tell(report, out, spec.commandLine());
    return report;
  }

  private Set<NamedMetric> requestedMetrics(boolean byClass) {
    Set<NamedMetric> requested =
        new LinkedHashSet<>(
            metrics.isEmpty()
                ? List.of(NamedMetric.FID, NamedMetric.KID, NamedMetric.PRDC)
                : metrics);
    if (metrics.isEmpty() && byClass) {
      requested.addAll(List.of(NamedMetric.INTRA_FID, NamedMetric.ACCURACY));
    }
    return requested;
  }
}
