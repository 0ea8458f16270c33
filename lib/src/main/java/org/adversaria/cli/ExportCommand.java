package org.adversaria.cli;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.adversaria.models.Condition;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampling;
import org.adversaria.nn.Compiled;
import org.adversaria.nn.StateDict;
import org.adversaria.torch.Text;
import org.adversaria.training.SavedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a run's generator as a file that other programs load. */
@Command(
    name = "export",
    description = "Writes a trained generator as a file that other programs load.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "A .pt file is TorchScript, code and weights: torch.jit.load of Python and C++, and DJL, load it"
          + " without this library. A .safetensors file has the weights under the names of the"
          + " networks' published code.",
      "",
      "Example:",
      "  adversaria export runs/my-run --to generator.pt"
    })
final class ExportCommand implements Callable<Integer> {

  /** Samples in the batch that is traced; the file takes any number. */
  private static final int BATCH = 2;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "A training run's directory.")
  private Path run;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      required = true,
      description = "The file to write, which ends in .pt or .safetensors.")
  private Path file;

  @Mixin private GeneratorOptions chosen;

  @Override
  public Integer call() throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".pt") && !name.endsWith(".safetensors")) {
      throw misunderstood(Text.format("--to: %s ends neither in .pt nor in .safetensors", file));
    }
    try (SavedRun saved = SavedRun.open(run, Device.cpu());
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      GeneratorOptions.Chosen drawn = chosen.open(saved);
      if (drawn.threshold() != Sampling.UNTRUNCATED) {
        throw misunderstood(
            "--truncation: only StyleGAN2's is a part of the network; for others draw latents in"
                + " [-T, T] where the file is used");
      }
      if (name.endsWith(".pt")) {
        Compiled.of(drawn.generator()).save(file, inputs(drawn.generator(), manager), false);
        spec.commandLine().getErr().println(usage(drawn.generator()));
      } else if (chosen.truncates()) {
        throw misunderstood("--truncation is computed, and a file of weights holds none: see .pt");
      } else {
        StateDict.save(drawn.generator(), file);
      }
    }
    spec.commandLine().getErr().println("written: " + file);
    return 0;
  }

  /** Latents, and what the generator is told. */
  private static NDList inputs(Generator generator, NDManager manager) {
    var inputs = new NDList(generator.sampleLatents(manager, BATCH));
    Condition condition = generator.condition();
    if (!(condition instanceof Condition.None)) {
      Shape shape = new Shape(BATCH).addAll(condition.shape());
      inputs.add(manager.zeros(shape, condition.dataType()));
    }
    return inputs;
  }

  /** How Python calls the file. */
  private String usage(Generator generator) {
    Condition condition = generator.condition();
    String y = "";
    String note = "";
    if (condition instanceof Condition.Classes classes) {
      y = Text.format(", torch.randint(%d, (8,))", classes.count());
    } else if (!(condition instanceof Condition.None)) {
      y = ", y";
      note = Text.format("  # y: float32 (8, %d)", condition.shape().size());
    }
    return Text.format(
        "In Python: images = torch.jit.load(\"%s\")(torch.randn(8, %d)%s)%s",
        file, generator.latentSize(), y, note);
  }

  private ParameterException misunderstood(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
