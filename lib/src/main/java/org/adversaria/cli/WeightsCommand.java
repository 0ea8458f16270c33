package org.adversaria.cli;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.adversaria.figures.Figures;
import org.adversaria.models.Condition;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampling;
import org.adversaria.models.published.Weights;
import org.adversaria.torch.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Says what a file of weights holds, converts it, and draws samples from its generator. */
@Command(
    name = "weights",
    description = {
      "Says what a file of weights holds: of PyTorch (.pth, .pt), of NVIDIA's networks (.pkl), or"
          + " safetensors. Nothing in the file is executed."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  adversaria weights G_ema.pth",
      "  adversaria weights ffhq.pkl --sample samples.png --truncation 0.7 --seed 1",
      "  adversaria weights ffhq.pkl --network G_ema --to ffhq.safetensors"
    })
final class WeightsCommand implements Callable<Integer> {

  private static final int BATCH = 16;
  private static final int MAXIMAL_COUNT = 10_000;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "A file of weights.")
  private Path file;

  @Option(
      names = "--network",
      paramLabel = "NAME",
      description =
          "Takes the part of the file below this name, such as G_ema or state_dict. By default all,"
              + " and for --sample the averaged generator.")
  private String network = "";

  @Option(
      names = "--to",
      paramLabel = "FILE.safetensors",
      description = "Writes the tensors as safetensors.")
  private Path to;

  @Option(
      names = "--sample",
      paramLabel = "FILE.png",
      description = "Draws samples from the generator, into one picture.")
  private Path sample;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "16",
      description = "How many samples. By default ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description = "The seed of the samples. By default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--truncation",
      paramLabel = "T",
      description =
          "Of StyleGAN2: moves w towards its mean, which it is at 0, while 1 leaves it. Of others:"
              + " draws latents again until no element is larger than this. By default none.")
  private Double truncation;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      converter = DeviceConverter.class,
      description =
          "cpu, gpu or gpu:NUMBER, for --sample. By default the first GPU, the CPU where there is"
              + " none.")
  private Device device;

  @Option(names = "--json", description = "Prints one JSON object, with all values of the file.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    validate();
    Weights weights = Weights.load(file).only(network);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      printJson(weights, out);
    } else {
      printText(weights, out);
    }
    out.flush();
    if (to != null) {
      weights.save(to);
      spec.commandLine().getErr().println("written: " + to);
    }
    if (sample != null) {
      drawSamples(weights);
      spec.commandLine().getErr().println("written: " + sample);
    }
    return 0;
  }

  private void validate() {
    require(
        to == null || endsWith(to, ".safetensors"),
        "--to: " + to + " does not end in .safetensors");
    require(
        sample == null || endsWith(sample, ".png"),
        "--sample: " + sample + " does not end in .png");
    require(
        count >= 1 && count <= MAXIMAL_COUNT,
        Text.format("--count: from 1 to %d samples, not %d", MAXIMAL_COUNT, count));
    require(
        truncation == null || truncation >= 0 && truncation < Double.POSITIVE_INFINITY,
        "--truncation: a number from 0, not " + truncation);
  }

  private static boolean endsWith(Path path, String end) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(end);
  }

  private void require(boolean condition, String message) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  // ---- what the file holds ----------------------------------------------------------------------

  private void printText(Weights weights, PrintWriter out) {
    long numbers =
        weights.tensors().values().stream().mapToLong(tensor -> tensor.shape().size()).sum();
    out.println(
        Text.format(
            "%s: %s, %d tensors of %,d numbers",
            Text.visible(file.toString()), weights.format(), weights.tensors().size(), numbers));
    for (Weights.Network each : weights.networks()) {
      String name = each.name().isEmpty() ? "" : each.name() + ": ";
      out.println(Text.visible(name) + each.type() + ", " + each.sizes());
      if (!each.fits()) {
        out.println("  " + Text.visibleLines(each.fault()));
      }
    }
    if (weights.networks().isEmpty()) {
      out.println("no network of this library has these names");
    }
    out.println();
    var names = StringColumn.create("tensor");
    var types = StringColumn.create("type");
    var shapes = StringColumn.create("shape");
    weights
        .tensors()
        .forEach(
            (name, tensor) -> {
              names.append(Text.visible(name));
              types.append(tensor.dtype());
              shapes.append(shape(tensor.shape()));
            });
    TextTable.print(Table.create(names, types, shapes), out);
    if (!weights.values().isEmpty()) {
      out.println();
      out.println(Text.format("and %d other values, which --json prints", weights.values().size()));
    }
  }

  private static String shape(Shape shape) {
    return shape.dimension() == 0 ? "()" : shape.toString();
  }

  private void printJson(Weights weights, PrintWriter out) throws JsonProcessingException {
    var object = new LinkedHashMap<String, Object>();
    object.put("file", file.toString());
    object.put("format", weights.format());
    object.put("networks", weights.networks());
    var tensors = new ArrayList<Map<String, Object>>();
    weights
        .tensors()
        .forEach(
            (name, tensor) -> {
              var entry = new LinkedHashMap<String, Object>();
              entry.put("name", name);
              entry.put("dtype", tensor.dtype());
              entry.put("shape", tensor.shape().getShape());
              tensors.add(entry);
            });
    object.put("tensors", tensors);
    object.put("values", weights.values());
    out.println(
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(object));
  }

  // ---- samples ----------------------------------------------------------------------------------

  private void drawSamples(Weights weights) throws IOException {
    Device where = device == null ? Engine.getEngine("PyTorch").defaultDevice() : device;
    try (NDManager manager = NDManager.newBaseManager(where, "PyTorch")) {
      var drawn = GeneratorOptions.Chosen.of(weights.generator(manager), truncation);
      Generator generator = drawn.generator();
      Sampling sampling = drawn.sampling(seed).batches(BATCH);
      if (generator.condition() instanceof Condition.Instances) {
        throw new IllegalArgumentException(
            Text.format(
                "The generator of %s is told the features of an instance, which this command has"
                    + " not: call Sampler.draw(generator, manager, features, seed)",
                Text.visible(file.toString())));
      }
      var batches = new NDList();
      sampling.forEachBatch(
          generator,
          Sampling.labels(generator.numClasses(), count, seed),
          (images, labels) -> batches.add(kept(images, manager)));
      int columns = (int) Math.ceil(Math.sqrt(count));
      Figures.save(Figures.grid(NDArrays.concat(batches, 0), columns), sample);
    }
  }

  /** A batch is freed when the next one is drawn. */
  private static NDArray kept(NDArray images, NDManager manager) {
    NDArray copy = images.duplicate();
    copy.attach(manager);
    return copy;
  }
}
