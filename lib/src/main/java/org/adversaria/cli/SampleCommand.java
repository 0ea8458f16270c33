package org.adversaria.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.adversaria.data.InstanceData;
import org.adversaria.figures.Figures;
import org.adversaria.models.Condition;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampling;
import org.adversaria.torch.Text;
import org.adversaria.training.SavedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws images from a run's generator. */
@Command(
    name = "sample",
    description = "Draws images from a trained generator.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  adversaria sample runs/my-run --count 64 --grid samples.png --truncation 0.7 --seed 1",
      "  adversaria sample runs/my-run --count 10000 --out samples/",
      "",
      "With --master, Apache Spark draws them into zips or Parquet files, on many machines:",
      "  adversaria sample --master local --help"
    })
final class SampleCommand implements Callable<Integer> {

  /** Images of a grid are in memory together. */
  private static final int MOST_IN_GRID = 4096;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "A training run's directory.")
  private Path run;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "64",
      description = "How many images. By default ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--grid",
      paramLabel = "FILE",
      description = "Draws all images into one PNG file.")
  private Path grid;

  @Option(
      names = "--columns",
      paramLabel = "N",
      description = "Images in a row of the grid. By default the grid is about square.")
  private Integer columns;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Writes a PNG file for each image into a new or empty folder.")
  private Path out;

  @Option(
      names = "--class",
      paramLabel = "NUMBER",
      description =
          "The class of all images, from 0, of a conditional run. By default each class in turn.")
  private Integer label;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description = "The seed of the latents. By default ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private GeneratorOptions chosen;

  @Mixin private DataOptions data;

  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    validate();
    try (SavedRun saved = SavedRun.open(run, device.get());
        NDManager manager = NDManager.newBaseManager(device.get(), "PyTorch")) {
      GeneratorOptions.Chosen drawn = chosen.open(saved);
      requireImages(drawn.generator());
      var kept = new NDList();
      var written = new AtomicInteger();
      draw(
          drawn,
          saved,
          manager,
          (images, y) -> {
            if (grid != null) {
              NDArray copy = images.duplicate();
              copy.attach(manager);
              kept.add(copy);
            }
            if (out != null) {
              write(images, written);
            }
          });
      if (grid != null) {
        int width = columns == null ? (int) Math.ceil(Math.sqrt(count)) : columns;
        Figures.save(Figures.grid(NDArrays.concat(kept, 0), width), grid);
        say("written: " + grid);
      }
    }
    if (out != null) {
      say(Text.format("written: %,d files in %s", count, out));
    }
    return 0;
  }

  /** Refuses what is not understood, before anything is computed. */
  private void validate() throws IOException {
    if (grid == null && out == null) {
      throw misunderstood("say where the images go: --grid FILE, --out FOLDER, or both");
    }
    if (count < 1) {
      throw misunderstood("--count has to be at least 1, but is " + count);
    }
    if (columns != null && columns < 1) {
      throw misunderstood("--columns has to be at least 1, but is " + columns);
    }
    if (grid != null && !grid.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw misunderstood(Text.format("--grid: %s does not end in .png", grid));
    }
    if (grid != null && count > MOST_IN_GRID) {
      throw misunderstood(
          Text.format("a grid has at most %,d images: write %,d by --out", MOST_IN_GRID, count));
    }
    if (out != null) {
      Files.createDirectories(out);
      try (Stream<Path> files = Files.list(out)) {
        if (files.findAny().isPresent()) {
          throw misunderstood(Text.format("--out: %s is not empty; name a new folder", out));
        }
      }
    }
  }

  private void requireImages(Generator generator) {
    if (generator.imageShape().dimension() != 3) {
      throw misunderstood(
          Text.format(
              "the run's generator makes %s and no images (C, H, W)", generator.imageShape()));
    }
  }

  private void draw(
      GeneratorOptions.Chosen drawn,
      SavedRun saved,
      NDManager manager,
      BiConsumer<NDArray, NDArray> consumer) {
    Generator generator = drawn.generator();
    Sampling sampling = drawn.sampling(seed);
    if (generator.condition() instanceof Condition.Instances) {
      InstanceData instances = data.of(saved.record(), run).instances(device.get());
      long[] rows = Sampling.rows(instances.size(), count, seed);
      sampling.forEachBatch(generator, instances.conditions(manager), rows, consumer);
    } else {
      sampling.forEachBatch(generator, labels(generator.numClasses()), consumer);
    }
  }

  /** Classes in rising order, each as often as any other, up to one time. */
  private long[] labels(int classes) {
    if (label != null && (label < 0 || label >= Math.max(1, classes))) {
      throw misunderstood(
          classes == 0
              ? "--class is for conditional runs, and this one is not"
              : Text.format("--class has to be 0 to %d, but is %d", classes - 1, label));
    }
    return label == null
        ? Sampling.ascendingLabels(classes, count)
        : LongStream.generate(() -> label).limit(count).toArray();
  }

  private void write(NDArray images, AtomicInteger written) {
    for (int i = 0; i < images.size(0); i++) {
      int number = written.getAndIncrement();
      try (NDArray image = images.get(new NDIndex("{}:{}", i, i + 1))) {
        Figures.save(
            Figures.grid(image, 1, 1), out.resolve(Text.format("sample-%06d.png", number)));
      }
    }
  }

  private void say(String line) {
    spec.commandLine().getErr().println(line);
  }

  private ParameterException misunderstood(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
