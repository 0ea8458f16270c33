package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.adversaria.torch.ConvolutionKind.Form;
import org.adversaria.torch.ConvolutionKind.Way;
import org.adversaria.torch.EnginePanel.Convolution;
import org.adversaria.torch.EnginePanel.Setting;
import org.adversaria.torch.EngineReport.Status;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operations with deliberate errors lead to every status, on any processor. */
@Tag("slow")
class EngineCheckTest {

  private static final ConvolutionKind RAGGED = new ConvolutionKind(false, Form.RAGGED);
  private static final ConvolutionKind WHOLE = new ConvolutionKind(true, Form.WHOLE);
  private static final ConvolutionKind DEPTHWISE = new ConvolutionKind(false, Form.DEPTHWISE);

  private static final String UNKNOWN_WAY =
      "{\"faults\": [], \"ways\": {\"convolutions in groups\": \"OTHER\"}, \"right\": true}";

  @TempDir Path folder;

  private final Machine machine = new Machine();
  private final List<String> told = new ArrayList<>();

  /** When a convolution comes out wrong. */
  private interface Fault {
    boolean in(Convolution c, Way way, Setting setting, boolean oneDnn);
  }

  /** A processor whose arithmetic is Java's, but for a fault. */
  private static final class Machine implements EnginePanel.Kernels, EngineSwitches {

    private Fault fault = (c, way, setting, oneDnn) -> false;
    private float error = 1;
    private boolean productsWrong;
    private boolean switchable = true;
    private boolean oneDnn = true;
    private int calls;

    @Override
    public boolean oneDnn(boolean enabled) {
      oneDnn = switchable ? enabled : oneDnn;
      return switchable;
    }

    @Override
    public List<float[]> convolution(
        Convolution c, float[] x, float[] w, float[] v, Setting setting) {
      calls++;
      List<float[]> results =
          c.right(EnginePanel.doubles(x), EnginePanel.doubles(w), EnginePanel.doubles(v)).stream()
              .map(Machine::floats)
              .toList();
      if (fault.in(c, setting.ways().of(c.kind()), setting, oneDnn)) {
        results.get(1)[0] += error * 100;
      }
      return results;
    }

    @Override
    public float[] product(float[] a, float[] b, int n, int k, int m, Precision precision) {
      float[] product = new float[n * m];
      for (int i = 0; i < n * m; i++) {
        double sum = productsWrong && oneDnn ? 9 : 0;
        for (int j = 0; j < k; j++) {
          sum += (double) a[i / m * k + j] * b[j * m + i % m];
        }
        product[i] = (float) sum;
      }
      return product;
    }

    @Override
    public List<float[]> batchNorm(float[] x, float[] v, int n, int channels, int pixels) {
      return new PyTorchKernels().batchNorm(x, v, n, channels, pixels);
    }

    private static float[] floats(double[] numbers) {
      float[] floats = new float[numbers.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) numbers[i];
      }
      return floats;
    }
  }

  private EngineCheck check(EngineMemory memory) {
    return new EngineCheck(
        new EnginePanel(machine), machine, Optional.ofNullable(memory), () -> 0.5, told::add);
  }

  private EngineCheck.Outcome outcome() {
    return check(null).decide(Precision.FP32);
  }

  @Test
  void aRightProcessorIsLeftAlone() {
    EngineCheck.Outcome outcome = outcome();
    assertThat(outcome.report().status()).isEqualTo(Status.RIGHT);
    assertThat(outcome.ways()).isEqualTo(ConvolutionWays.DIRECT);
    assertThat(told).isEmpty();
    assertThatCode(() -> EngineCheck.requireRight(outcome.report(), true))
        .doesNotThrowAnyException();
  }

  @Test
  void onlyTheKindFoundWrongIsComputedInAnotherWay() {
    machine.fault =
        (c, way, setting, oneDnn) -> c.kind().equals(RAGGED) && way == Way.DIRECT && oneDnn;
    EngineCheck.Outcome outcome = outcome();
    EngineReport report = outcome.report();
    assertThat(report.status()).isEqualTo(Status.REMEDIED);
    assertThat(outcome.ways()).isEqualTo(ConvolutionWays.DIRECT.with(RAGGED, Way.PADDED));
    assertThat(machine.oneDnn).isTrue();
    assertThat(report.faults())
        .allSatisfy(
            fault ->
                assertThat(fault)
                    .startsWith(
                        "gradient of input of convolutions of other than 16 channels or multiples of 32"));
    assertThat(report.remedies()).singleElement().asString().contains("zeros for the channels");
    assertThat(told)
        .singleElement()
        .asString()
        .contains(report.processor(), "other than 16 channels", "1.5 times as long")
        .doesNotContain("\n");
    assertThatCode(() -> EngineCheck.requireRight(report, false)).doesNotThrowAnyException();
    assertThatThrownBy(() -> EngineCheck.requireRight(report, true))
        .isInstanceOf(EngineFaultException.class)
        .hasMessageContainingAll("strict", report.processor(), "gradient of input");
  }

  @Test
  void theNextWayIsTakenWhereTheFirstIsWrongToo() {
    machine.fault =
        (c, way, setting, oneDnn) ->
            c.kind().equals(RAGGED) && way != Way.UNFOLDED
                || c.kind().equals(DEPTHWISE) && way == Way.DIRECT;
    assertThat(outcome().ways())
        .isEqualTo(ConvolutionWays.DIRECT.with(RAGGED, Way.UNFOLDED).with(DEPTHWISE, Way.UNFOLDED));
  }

  @Test
  void notANumberIsWrong() {
    machine.fault = (c, way, setting, oneDnn) -> c.kind().equals(RAGGED) && way == Way.DIRECT;
    machine.error = Float.NaN;
    assertThat(outcome().report().status()).isEqualTo(Status.REMEDIED);
  }

  @Test
  void oneDnnIsSwitchedOffWhereNoWayHelps() {
    machine.fault = (c, way, setting, oneDnn) -> c.kind().equals(WHOLE) && oneDnn;
    EngineCheck.Outcome outcome = outcome();
    assertThat(outcome.report().status()).isEqualTo(Status.REMEDIED);
    assertThat(outcome.ways()).isEqualTo(ConvolutionWays.DIRECT);
    assertThat(machine.oneDnn).isFalse();
    assertThat(told).singleElement().asString().contains("oneDNN is switched off");
  }

  @Test
  void oneDnnIsSwitchedOffWhereMatrixProductsAreWrong() {
    machine.productsWrong = true;
    EngineCheck.Outcome outcome = outcome();
    assertThat(outcome.report().faults()).containsExactly("matrix products");
    assertThat(outcome.report().status()).isEqualTo(Status.REMEDIED);
    assertThat(machine.oneDnn).isFalse();
  }

  @Test
  void whatNothingHelpsIsRefused() {
    machine.fault = (c, way, setting, oneDnn) -> c.kind().equals(WHOLE);
    EngineReport report = outcome().report();
    assertThat(report.status()).isEqualTo(Status.WRONG);
    assertThatThrownBy(() -> EngineCheck.requireRight(report, false))
        .isInstanceOf(EngineFaultException.class)
        .hasMessageContainingAll(
            report.processor(),
            "gradient of input of transposed convolutions of 16 channels or multiples of 32",
            "DNNL_MAX_CPU_ISA=SSE41");
  }

  @Test
  void whereOneDnnCannotBeSwitchedOffItIsRefused() {
    machine.fault = (c, way, setting, oneDnn) -> c.kind().equals(WHOLE) && oneDnn;
    machine.switchable = false;
    assertThat(outcome().report().status()).isEqualTo(Status.WRONG);
  }

  @Test
  void aResultIsRemembered() throws IOException {
    machine.fault = (c, way, setting, oneDnn) -> c.kind().equals(RAGGED) && way == Way.DIRECT;
    var memory = new EngineMemory(folder.resolve("new"), "a processor");
    EngineCheck.Outcome first = check(memory).decide(Precision.FP32);
    assertThat(first.report().remembered()).isFalse();
    machine.calls = 0;
    EngineCheck.Outcome second = check(memory).decide(Precision.FP32);
    assertThat(machine.calls).isZero();
    assertThat(second.report().remembered()).isTrue();
    assertThat(second.ways()).isEqualTo(first.ways());
    assertThat(second.report().faults()).isEqualTo(first.report().faults());
    assertThat(told).hasSize(2);

    check(new EngineMemory(memory.folder(), "another processor")).decide(Precision.FP32);
    assertThat(machine.calls).isPositive();
    try (Stream<Path> files = Files.list(memory.folder())) {
      assertThat(files).hasSize(2).allMatch(file -> file.toString().endsWith(".json"));
    }
  }

  @Test
  void aDamagedMemoryIsMadeAnew() throws IOException {
    var memory = new EngineMemory(folder, "a processor");
    check(memory).decide(Precision.FP32);
    for (String text :
        new String[] {
          "", "null", "{}", "{\"faults\": 3}", "{\"faults\": [], \"ways\": {}}", UNKNOWN_WAY
        }) {
      try (Stream<Path> files = Files.list(folder)) {
        Files.writeString(files.findFirst().orElseThrow(), text);
      }
      machine.calls = 0;
      assertThat(check(memory).decide(Precision.FP32).report().remembered()).isFalse();
      assertThat(machine.calls).isPositive();
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsNoFailure() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    var memory = new EngineMemory(file.resolve("folder"), "a processor");
    assertThat(check(memory).decide(Precision.FP32).report().status()).isEqualTo(Status.RIGHT);
  }

  @Test
  void rememberedOneDnnIsSwitchedOffAgain() {
    machine.fault = (c, way, setting, oneDnn) -> c.kind().equals(WHOLE) && oneDnn;
    var memory = new EngineMemory(folder, "a processor");
    check(memory).decide(Precision.FP32);
    machine.oneDnn = true;
    assertThat(check(memory).decide(Precision.FP32).report().remembered()).isTrue();
    assertThat(machine.oneDnn).isFalse();
  }

  @Test
  void bf16IsCheckedApart() {
    machine.fault =
        (c, way, setting, oneDnn) ->
            setting.precision() == Precision.BF16
                && c.kind().equals(DEPTHWISE)
                && way == Way.DIRECT;
    EngineCheck check = check(null);
    assertThat(check.decide(Precision.FP32).report().status()).isEqualTo(Status.RIGHT);
    EngineCheck.Outcome low = check.decide(Precision.BF16);
    assertThat(low.report().precision()).isEqualTo("bf16");
    assertThat(low.ways()).isEqualTo(ConvolutionWays.DIRECT.with(DEPTHWISE, Way.UNFOLDED));
    assertThat(check.decide(Precision.FP32).ways()).isEqualTo(ConvolutionWays.DIRECT);
  }

  @Test
  void bf16IsRefusedWhereNoWayHelps() {
    machine.fault =
        (c, way, setting, oneDnn) ->
            setting.precision() == Precision.BF16 && c.kind().equals(WHOLE) && oneDnn;
    EngineReport report = check(null).decide(Precision.BF16).report();
    assertThat(report.status()).isEqualTo(Status.WRONG);
    assertThat(machine.oneDnn).isTrue();
    assertThatThrownBy(() -> EngineCheck.requireRight(report, false))
        .isInstanceOf(EngineFaultException.class)
        .hasMessageContainingAll("bf16", "precision(\"fp32\")");
  }

  @Test
  void aConvolutionThatFailsIsWrong() {
    machine.fault =
        (c, way, setting, oneDnn) -> {
          if (c.kind().equals(RAGGED) && way == Way.DIRECT) {
            throw new TorchScriptException("no such operation", null);
          }
          return false;
        };
    EngineCheck.Outcome outcome = outcome();
    assertThat(outcome.ways()).isEqualTo(ConvolutionWays.DIRECT.with(RAGGED, Way.PADDED));
    assertThat(outcome.report().faults())
        .allSatisfy(fault -> assertThat(fault).contains("no such operation"));
  }

  @Test
  void bf16HasTheWaysOfFp32() {
    machine.fault = (c, way, setting, oneDnn) -> c.kind().equals(RAGGED) && way == Way.DIRECT;
    EngineCheck check = check(null);
    EngineCheck.Outcome full = check.decide(Precision.FP32);
    EngineCheck.Outcome low = check.decide(Precision.BF16);
    assertThat(low.ways()).isEqualTo(full.ways());
    assertThat(told).hasSize(1);
  }

  @Test
  void slowBf16IsTold() {
    var check =
        new EngineCheck(new EnginePanel(machine), machine, Optional.empty(), () -> 2.5, told::add);
    check.decide(Precision.BF16);
    assertThat(told).singleElement().asString().startsWith("bf16 takes 2.5 times as long as fp32");
  }

  @Test
  void thePropertyIgnores() {
    machine.fault = (c, way, setting, oneDnn) -> true;
    EngineCheck.Outcome outcome = withProperty(EngineCheck.CHECK, "ignore");
    assertThat(outcome.report().status()).isEqualTo(Status.IGNORED);
    assertThat(outcome.ways()).isEqualTo(ConvolutionWays.DIRECT);
    assertThat(machine.calls).isZero();
  }

  @Test
  void aRemedyIsForcedToBeMeasured() {
    ConvolutionWays padded = withProperty(EngineCheck.REMEDY, "padded").ways();
    assertThat(padded.of(RAGGED)).isEqualTo(Way.PADDED);
    assertThat(padded.of(DEPTHWISE)).isEqualTo(Way.DIRECT);
    ConvolutionWays unfolded = withProperty(EngineCheck.REMEDY, "unfolded").ways();
    assertThat(unfolded.of(RAGGED)).isEqualTo(Way.UNFOLDED);
    assertThat(unfolded.of(DEPTHWISE)).isEqualTo(Way.UNFOLDED);
    assertThat(withProperty(EngineCheck.REMEDY, "onednn-off").report().status())
        .isEqualTo(Status.REMEDIED);
    assertThat(machine.oneDnn).isFalse();
    machine.switchable = false;
    assertThat(withProperty(EngineCheck.REMEDY, "onednn-off").report().status())
        .isEqualTo(Status.WRONG);
  }

  @Test
  void aPropertyOfAnotherValueIsRefused() {
    for (String property : new String[] {EngineCheck.CHECK, EngineCheck.REMEDY}) {
      String before = System.getProperty(property);
      System.setProperty(property, "all");
      try {
        assertThatThrownBy(() -> EngineCheck.require(Precision.FP32))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContainingAll(property, "all");
      } finally {
        if (before == null) {
          System.clearProperty(property);
        } else {
          System.setProperty(property, before);
        }
      }
    }
  }

  private EngineCheck.Outcome withProperty(String name, String value) {
    String before = System.getProperty(name);
    System.setProperty(name, value);
    try {
      return outcome();
    } finally {
      if (before == null) {
        System.clearProperty(name);
      } else {
        System.setProperty(name, before);
      }
    }
  }

  @Test
  void thisProcessorComputesRightInTheEnd() {
    EngineReport report = EngineCheck.report();
    assertThat(report.status()).isIn(Status.RIGHT, Status.REMEDIED, Status.IGNORED);
    assertThat(report.engine()).startsWith("PyTorch 2.");
    var panel = new EnginePanel(new PyTorchKernels());
    assertThat(panel.faults(new Setting(EngineCheck.ways(), Precision.FP32))).isEmpty();
  }
}
