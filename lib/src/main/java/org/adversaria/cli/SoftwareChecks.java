package org.adversaria.cli;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.util.Utils;
import ai.djl.util.cuda.CudaUtils;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.adversaria.figures.Figures;
import org.adversaria.torch.EngineCheck;
import org.adversaria.torch.EngineFaultException;
import org.adversaria.torch.EngineReport;
import org.adversaria.torch.Text;
import org.adversaria.torch.Torch;

/** Whether Java, PyTorch and the drawing of figures work. */
final class SoftwareChecks {

  private static final long LITTLE_HEAP = 1L << 29;
  private static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";
  private static final String OFFLINE = "ai.djl.offline";
  private static final Path NVIDIA = Path.of("/proc/driver/nvidia/version");

  private final Surroundings here;
  private boolean computes;

  SoftwareChecks(Surroundings here) {
    this.here = here;
  }

  Finding java() {
    return java(Runtime.getRuntime().maxMemory());
  }

  Finding java(long heap) {
    String value =
        Text.format(
            "%s (%s), %s; heap up to %s",
            here.property("java.version").orElse("?"),
            here.property("java.vendor").orElse("?"),
            here.property("java.home").orElse("?"),
            FolderCheck.size(heap));
    return heap < LITTLE_HEAP
        ? Finding.warning(
            "Java",
            value,
            "Give it more memory: ADVERSARIA_JAVA_OPTIONS=-Xmx3g, or -Xmx3g for a program of your"
                + " own")
        : Finding.ok("Java", value);
  }

  /** Loads PyTorch and computes with it; downloads nothing. */
  Finding natives() {
    String folder = here.variable(LIBRARY_PATH).or(() -> here.property(LIBRARY_PATH)).orElse(null);
    boolean set = System.getProperty(OFFLINE) == null;
    if (set) {
      System.setProperty(OFFLINE, "true");
    }
    try {
      Engine engine = Engine.getEngine("PyTorch");
      requireSum();
      computes = true;
      Path loaded = Torch.libraryFolder();
      String value =
          Text.format(
              "PyTorch %s, DJL %s, from %s", engine.getVersion(), Engine.getDjlVersion(), loaded);
      return folder == null || loaded.toAbsolutePath().startsWith(Path.of(folder).toAbsolutePath())
          ? Finding.ok("natives", value)
          : Finding.warning("natives", value + "; no PyTorch is in " + folder, remedy(folder));
    } catch (LinkageError | RuntimeException e) {
      return Finding.problem("natives", Examination.message(e), remedy(folder));
    } finally {
      if (set) {
        System.clearProperty(OFFLINE);
      }
    }
  }

  private static void requireSum() {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      float sum = manager.create(new float[] {1, 2}).sum().getFloat();
      if (sum != 3) {
        throw new IllegalStateException("1 + 2 gives " + sum);
      }
    }
  }

  private static String remedy(String folder) {
    return folder == null
        ? "If they were not downloaded yet, as those for GPUs are at the first run of a notebook or"
            + " program, run one; otherwise delete "
            + Utils.getEngineCacheDir("pytorch")
            + " and try again"
        : "Unset " + LIBRARY_PATH + " (" + folder + "): the library brings PyTorch's natives";
  }

  /** Where DJL keeps the natives that it unpacks or downloads. */
  Finding cache() throws IOException {
    return new FolderCheck(
            "DJL's cache", Utils.getEngineCacheDir(), "let DJL_CACHE_DIR name another folder")
        .examine(null);
  }

  /** Whether PyTorch computes right on this processor. */
  Finding engine() {
    if (!computes) {
      return Finding.warning("engine", "not checked", "See natives");
    }
    EngineReport report = EngineCheck.report();
    try {
      EngineCheck.require();
    } catch (EngineFaultException | IllegalArgumentException e) {
      return Finding.problem("engine", report.engine() + " is refused", e.getMessage());
    }
    return engine(report);
  }

  static Finding engine(EngineReport report) {
    String faults = String.join("; ", report.operations());
    String value =
        switch (report.status()) {
          case RIGHT -> report.engine() + " computes right on this processor";
          case IGNORED -> "not checked, as the system property adversaria.engine.check says";
          default -> report.engine() + " computes wrong on this processor: " + faults;
        };
    return switch (report.status()) {
      case RIGHT -> Finding.ok("engine", value);
      case IGNORED -> Finding.warning("engine", value, "Leave the property out to have it checked");
      case REMEDIED ->
          Finding.warning(
              "engine",
              value,
              "Nothing: it is computed in other ways, which were checked and are right ("
                  + String.join("; ", report.remedies())
                  + ")");
      case WRONG ->
          Finding.problem(
              "engine",
              value,
              "Set the environment variable DNNL_MAX_CPU_ISA=SSE41: slow, but right");
    };
  }

  /** Whether bfloat16 is worth its rounding on this processor. */
  Finding bfloat16() {
    return bfloat16(computes ? EngineCheck.timeOfBf16() : OptionalDouble.empty());
  }

  static Finding bfloat16(OptionalDouble time) {
    if (time.isEmpty()) {
      return Finding.ok("bfloat16", "wrong here, or not measured: leave the precision at fp32");
    }
    String value =
        time.getAsDouble() < 1
            ? "convolutions take %.2f of the time of fp32: --precision bf16"
            : "convolutions take %.1f times as long as in fp32: leave the precision at fp32";
    return Finding.ok("bfloat16", Text.format(value, time.getAsDouble()));
  }

  Finding threads() {
    return threads(Runtime.getRuntime().availableProcessors(), computes ? Torch.threads() : 0);
  }

  /** PyTorch's threads beside the cores; 0 where PyTorch does not work. */
  Finding threads(int cores, int threads) {
    String value =
        String.join(
            "; ",
            "cores: " + cores,
            "threads of an operation: " + (threads == 0 ? "unknown" : threads),
            here.told("OMP_NUM_THREADS"),
            here.variable("OMP_WAIT_POLICY").isPresent()
                ? here.told("OMP_WAIT_POLICY")
                : here.told("GOMP_SPINCOUNT"));
    if (threads > cores) {
      return Finding.warning(
          "threads", value, "Threads wait for cores: take as many as there are cores, or fewer");
    } else if (threads > 0 && threads < cores) {
      return Finding.warning(
          "threads",
          value,
          "Not all cores are used, which is right where other programs use them; else unset"
              + " OMP_NUM_THREADS and ai.djl.pytorch.num_threads");
    }
    boolean spins =
        here.variable("GOMP_SPINCOUNT").isEmpty()
            && !here.variable("OMP_WAIT_POLICY").orElse("").equalsIgnoreCase("passive");
    return here.isOn("Linux") && threads > 1 && spins
        ? Finding.warning(
            "threads",
            value,
            "Waiting threads keep their cores busy: where other programs use them too, set"
                + " GOMP_SPINCOUNT=5000")
        : Finding.ok("threads", value);
  }

  Finding gpu() {
    if (!computes) {
      return Finding.warning("GPU", "unknown", "See natives");
    }
    Engine engine = Engine.getEngine("PyTorch");
    int count = engine.getGpuCount();
    if (count > 0) {
      List<String> memories = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        memories.add(FolderCheck.size(CudaUtils.getGpuMemory(Device.gpu(i)).getMax()));
      }
      return Finding.ok(
          "GPU",
          Text.format(
              "CUDA %s, memory: %s",
              CudaUtils.getCudaVersionString(), String.join(", ", memories)));
    }
    return gpu(Files.exists(NVIDIA));
  }

  /** Without a GPU that PyTorch finds. */
  static Finding gpu(boolean driver) {
    return driver
        ? Finding.warning(
            "GPU",
            "an NVIDIA driver is there, but PyTorch finds no GPU",
            "environment/setup.sh --gpu builds the library for it; mvn -Pgpu does for a program of"
                + " your own")
        : Finding.ok("GPU", "PyTorch finds none; the CPU computes");
  }

  /** The message of a failure says what to install. */
  Finding figures() {
    try {
      Figures.titled("Adversaria", new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB));
      return Finding.ok("figures", "text can be drawn");
    } catch (LinkageError | RuntimeException e) {
      return Finding.problem("figures", "text cannot be drawn", Examination.message(e));
    }
  }
}
