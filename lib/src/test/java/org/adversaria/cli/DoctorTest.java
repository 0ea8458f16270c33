package org.adversaria.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.adversaria.cli.Finding.Mark;
import org.adversaria.torch.Processor;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DoctorTest {

  @TempDir Path folder;

  private record Result(int status, String out, String err) {}

  private static Result doctor(String... options) {
    var out = new StringWriter();
    var err = new StringWriter();
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    var words = new ArrayList<>(List.of("doctor"));
    words.addAll(List.of(options));
    int status = Main.execute(command, words.toArray(String[]::new));
    return new Result(status, out.toString(), err.toString());
  }

  /** This process's surroundings with other variables and with some other properties. */
  private Surroundings here(Map<String, String> variables, Map<String, String> properties) {
    return new Surroundings(
        variables, name -> properties.getOrDefault(name, System.getProperty(name)), folder);
  }

  private SoftwareChecks software(String... variables) {
    var map = new HashMap<String, String>();
    for (int i = 0; i < variables.length; i += 2) {
      map.put(variables[i], variables[i + 1]);
    }
    return new SoftwareChecks(here(map, Map.of("os.name", "Linux")));
  }

  private static void assertFinding(Finding finding, Mark mark, String value, String remedy) {
    assertThat(finding.value()).contains(value);
    assertThat(finding.mark()).isEqualTo(mark);
    if (mark == Mark.OK) {
      assertThat(finding.remedy()).isNull();
    } else {
      assertThat(finding.remedy()).contains(remedy);
    }
  }

  @BeforeEach
  void nameFolder() {
    System.setProperty("adversaria.data", folder.resolve("files").toString());
  }

  @AfterEach
  void forgetFolder() {
    System.clearProperty("adversaria.data");
  }

  @Test
  void theScreenTellsOfEverything() throws IOException {
    Files.createDirectories(folder.resolve("files/mnist"));
    Result result = doctor();
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    List<String> lines = result.out().lines().toList();
    for (String name :
        List.of(
            "system", "processor", "memory", "Java", "DJL's cache", "natives", "threads", "GPU")) {
      assertThat(lines).anyMatch(line -> line.matches("(ok|warning) +" + name + " .+"));
    }
    for (String name : List.of("figures", "notebooks", "data", "runs", "text")) {
      assertThat(lines).anyMatch(line -> line.matches("(ok|warning) +" + name + " .+"));
    }
    assertThat(result.out())
        .contains("PyTorch " + Engine.getEngine("PyTorch").getVersion())
        .contains("DJL " + Engine.getDjlVersion())
        .contains(System.getProperty("java.version"))
        .contains("; mnist; free: ")
        .contains("problems: 0")
        .doesNotContain(System.getProperty("user.home") + "/");
    // Only a path may be longer than the screen is wide.
    assertThat(lines).allMatch(line -> line.length() <= 100 || line.strip().matches("[^ ]+;?"));
  }

  @Test
  void jsonHoldsTheSame() throws IOException {
    JsonNode object = new ObjectMapper().readTree(doctor("--json").out());
    assertThat(object.path("adversaria").asText()).isEqualTo(Main.Version.own());
    assertThat(object.path("worst").asText()).isIn("ok", "warning");
    List<String> names = object.path("checks").findValuesAsText("name");
    assertThat(names).hasSize(15).contains("natives", "memory", "data").doesNotHaveDuplicates();
    for (JsonNode check : object.path("checks")) {
      assertThat(check.path("value").asText()).isNotBlank();
      assertThat(check.path("mark").asText()).isIn("ok", "warning", "problem");
      assertThat(check.has("remedy")).isEqualTo(!check.path("mark").asText().equals("ok"));
    }
    assertThat(object.toString()).doesNotContain(System.getProperty("user.home") + "/");
  }

  @Test
  void aProblemIsTheExitStatus() throws IOException {
    Files.writeString(folder.resolve("files"), "no folder");
    Result text = doctor();
    assertThat(text.status()).isEqualTo(1);
    assertThat(text.out()).containsPattern("problem +data ").contains("-> Move ", "problems: 1");
    Result json = doctor("--json");
    assertThat(json.status()).isEqualTo(1);
    assertThat(new ObjectMapper().readTree(json.out()).path("worst").asText()).isEqualTo("problem");
  }

  @Test
  void helpSaysWhatTheJsonHolds() {
    Result help = doctor("--help");
    assertThat(help.status()).isZero();
    assertThat(help.out().replaceAll("\\s+", " "))
        .contains("--json")
        .contains("It holds no other part of the environment")
        .contains("exit status is 1");
  }

  @Test
  void aCheckThatThrowsIsAProblem() {
    Finding thrown =
        Examination.safely(
            "GPU",
            () -> {
              throw new IOException("outer", new IllegalStateException("the driver\n is gone"));
            });
    assertFinding(
        thrown, Mark.PROBLEM, "IllegalStateException: the driver is gone", "please report");
    Finding unlinked =
        Examination.safely(
            "natives",
            () -> {
              throw new UnsatisfiedLinkError("no torch");
            });
    assertFinding(unlinked, Mark.PROBLEM, "UnsatisfiedLinkError: no torch", "please report");
    assertThat(new Examination(List.of(Finding.ok("a", "b"), thrown)).worst())
        .isEqualTo(Mark.PROBLEM);
    assertThat(new Examination(List.of(Finding.ok("a", "b"))).worst()).isEqualTo(Mark.OK);
  }

  @Test
  void folders() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertFinding(
        new FolderCheck("data", folder, "elsewhere").examine("mnist"),
        Mark.OK,
        folder + "; mnist; free: ",
        null);
    assertFinding(
        new FolderCheck("data", folder.resolve("a/b"), "elsewhere").examine(null),
        Mark.OK,
        folder.resolve("a/b") + ", made when it is needed; free: ",
        null);
    assertThat(folder.resolve("a")).doesNotExist();
    assertFinding(
        new FolderCheck("data", file.resolve("b"), "elsewhere").examine(null),
        Mark.PROBLEM,
        file + " is no folder",
        "or elsewhere");
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFolderThatNobodyCanWrite() throws IOException {
    assertFinding(
        new FolderCheck("runs", Path.of("/proc/runs"), "start elsewhere").examine(null),
        Mark.PROBLEM,
        "/proc/runs cannot be written (",
        "or start elsewhere");
  }

  @Test
  void processors() {
    String linux =
        """
        processor\t: 0
        model name\t: Xeon 6
        flags\t\t: fpu avx avx2 fma avx512f avx512_bf16 amx_bf16

        processor\t: 1
        model name\t: Another
        """;
    Processor xeon = Processor.parse(linux, List.of());
    assertThat(xeon.model()).isEqualTo("Xeon 6");
    assertThat(xeon.relevantFlags())
        .containsExactly("avx", "avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16");
    Processor arm =
        Processor.parse("CPU part\t: 0xd40\nFeatures\t: fp asimd bf16 i8mm\n", List.of());
    assertThat(arm.model()).isEqualTo("0xd40");
    assertThat(arm.relevantFlags()).containsExactly("asimd", "bf16", "i8mm");
    Processor mac =
        Processor.parse(
            """
            machdep.cpu.brand_string: Core i7
            machdep.cpu.features: FPU SSE FMA AVX1.0
            machdep.cpu.leaf7_features: BMI1 AVX2
            """,
            List.of());
    assertThat(mac.model()).isEqualTo("Core i7");
    assertThat(mac.relevantFlags()).containsExactly("avx", "avx2", "fma");

    var checks = new MachineChecks(here(Map.of(), Map.of("os.arch", "amd64")));
    assertFinding(checks.processor(xeon), Mark.OK, "Xeon 6; it has avx avx2", null);
    var old = new Processor("Celeron", List.of("fma"), List.of());
    assertFinding(checks.processor(old), Mark.WARNING, "Celeron", "Without avx2");
    var onArm = new MachineChecks(here(Map.of(), Map.of("os.arch", "aarch64")));
    assertFinding(onArm.processor(arm), Mark.OK, "asimd", null);
  }

  @Test
  void memory() {
    assertFinding(
        MachineChecks.memory(16L << 30, 10L << 30, OptionalLong.empty()),
        Mark.OK,
        "16.0 GiB; free: 10.0 GiB",
        null);
    assertFinding(
        MachineChecks.memory(16L << 30, 900L << 20, OptionalLong.of(1L << 30)),
        Mark.WARNING,
        "16.0 GiB; free: 900 MiB; the container's limit: 1.0 GiB",
        "a smaller batch");
  }

  @Test
  void bfloat16IsAdvisedWhereItIsFaster() {
    assertFinding(
        SoftwareChecks.bfloat16(OptionalDouble.of(0.4)), Mark.OK, "0.40 of the time", null);
    assertFinding(SoftwareChecks.bfloat16(OptionalDouble.of(2.5)), Mark.OK, "at fp32", null);
    assertFinding(SoftwareChecks.bfloat16(OptionalDouble.empty()), Mark.OK, "wrong here", null);
  }

  @Test
  void heap() {
    assertFinding(software().java(3L << 30), Mark.OK, "heap up to 3.0 GiB", null);
    assertFinding(software().java(256L << 20), Mark.WARNING, "256 MiB", "-Xmx3g");
  }

  @Test
  void text() {
    var ascii =
        new MachineChecks(
            here(Map.of(), Map.of("sun.jnu.encoding", "ANSI_X3.4-1968", "os.name", "Linux")));
    assertFinding(ascii.text(), Mark.WARNING, "sun.jnu.encoding ANSI_X3.4-1968", "LC_ALL=C.UTF-8");
    var utf8 = new MachineChecks(here(Map.of(), Map.of("sun.jnu.encoding", "UTF-8")));
    assertFinding(utf8.text(), Mark.OK, "sun.jnu.encoding UTF-8", null);
    var windows =
        new MachineChecks(
            here(Map.of(), Map.of("sun.jnu.encoding", "windows-1252", "os.name", "Windows 11")));
    assertFinding(windows.text(), Mark.WARNING, "windows-1252", "the system's locale");
  }

  @Test
  void threads() {
    assertFinding(
        software("GOMP_SPINCOUNT", "5000").threads(4, 4),
        Mark.OK,
        "cores: 4; threads of an operation: 4; OMP_NUM_THREADS not set; GOMP_SPINCOUNT=5000",
        null);
    assertFinding(
        software("OMP_WAIT_POLICY", "PASSIVE").threads(4, 4),
        Mark.OK,
        "OMP_WAIT_POLICY=PASSIVE",
        null);
    assertFinding(
        software("OMP_NUM_THREADS", "1").threads(4, 1),
        Mark.WARNING,
        "OMP_NUM_THREADS=1",
        "Not all cores are used");
    assertFinding(software().threads(2, 4), Mark.WARNING, "threads of an operation: 4", "fewer");
    assertFinding(
        software().threads(4, 4), Mark.WARNING, "GOMP_SPINCOUNT not set", "GOMP_SPINCOUNT=5000");
    assertFinding(software().threads(4, 0), Mark.OK, "threads of an operation: unknown", null);
  }

  @Test
  void natives() {
    String real = Torch.libraryFolder().toString();
    assertFinding(software().natives(), Mark.OK, "from " + real, null);
    assertFinding(software("PYTORCH_LIBRARY_PATH", real).natives(), Mark.OK, real, null);
    assertFinding(
        software("PYTORCH_LIBRARY_PATH", "/none").natives(),
        Mark.WARNING,
        "no PyTorch is in /none",
        "Unset PYTORCH_LIBRARY_PATH (/none)");
    assertThat(System.getProperty("ai.djl.offline")).isNull();
  }

  @Test
  void gpu() {
    assertFinding(software().gpu(), Mark.WARNING, "unknown", "See natives");
    assertFinding(SoftwareChecks.gpu(false), Mark.OK, "the CPU computes", null);
    assertFinding(SoftwareChecks.gpu(true), Mark.WARNING, "finds no GPU", "setup.sh --gpu");
  }

  @Test
  void notebooksThatAreNotSetUp() throws IOException {
    var elsewhere = new NotebookCheck(new Surroundings(Map.of(), name -> null, folder)).examine();
    assertFinding(elsewhere, Mark.OK, "not looked at", null);
    assertFinding(notebooks(), Mark.WARNING, "not set up", "Run environment/setup.sh");
    setUp("/none/bin/java", folder.resolve("python"));
    assertFinding(
        notebooks(), Mark.WARNING, "the kernel wants /none/bin/java, which is not there", "Run");
    setUp(System.getProperty("java.home") + "/bin/java", folder.resolve("python"));
    assertFinding(notebooks(), Mark.WARNING, "Java (a kernel), ", "Run environment/setup.sh");
    String gone = folder.resolve("a \"b\" c.jar").toString();
    String classPath = folder + File.pathSeparator + gone;
    setUp(System.getProperty("java.home") + "/bin/java", folder.resolve("python"), classPath);
    assertFinding(notebooks(), Mark.WARNING, "the kernel wants " + gone, "Run");
    Files.delete(folder.resolve("env/.local/jupyter/kernels/java/java.args"));
    assertFinding(notebooks(), Mark.WARNING, "java.args, which is not there", "Run");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void notebooksThatAreSetUp() throws IOException {
    Path python = folder.resolve("python");
    setUp(System.getProperty("java.home") + "/bin/java", python);
    Files.writeString(python, "#!/bin/sh\necho jupyter_client 8\n");
    assertThat(python.toFile().setExecutable(true)).isTrue();
    assertFinding(notebooks(), Mark.OK, "Java (a kernel), " + python + ": jupyter_client 8", null);
    Files.writeString(python, "#!/bin/sh\nexit 1\n");
    assertFinding(notebooks(), Mark.WARNING, python + ": it has no Jupyter", "Run");
  }

  private Finding notebooks() throws IOException {
    return new NotebookCheck(
            here(Map.of(), Map.of(NotebookCheck.PROPERTY, folder.resolve("env").toString())))
        .examine();
  }

  /** What environment/setup.sh leaves, in short. */
  private void setUp(String java, Path python) throws IOException {
    setUp(java, python, folder.toString());
  }

  private void setUp(String java, Path python, String classPath) throws IOException {
    Path local = folder.resolve("env/.local");
    Path kernel = Files.createDirectories(local.resolve("jupyter/kernels/java"));
    Files.writeString(local.resolve("python"), python + "\n");
    Path arguments = kernel.resolve("java.args");
    var json = new ObjectMapper();
    Files.write(
        arguments,
        List.of(json.writeValueAsString("-cp"), json.writeValueAsString(classPath), "\"Kernel\""));
    Map<String, Object> description =
        Map.of(
            "argv",
            List.of("sh", "-c", "exec", java, "@" + arguments, "{connection_file}"),
            "display_name",
            "Java (a kernel)");
    json.writeValue(kernel.resolve("kernel.json").toFile(), description);
  }
}
