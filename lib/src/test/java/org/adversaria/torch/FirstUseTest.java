package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.ChildJvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check in a process of its own, before anything else has loaded PyTorch. */
@Tag("slow")
class FirstUseTest {

  @TempDir Path home;

  /** Compiles a script, which nothing comes before. */
  static final class Script {
    private Script() {}

    public static void main(String[] arguments) {
      TorchScript script =
          TorchScript.of("def f(self, x: Tensor) -> Tensor:\n  return torch.neg(x)\n");
      boolean recording = JniUtils.isGradMode();
      int threads = Torch.threads();
      EngineReport report = EngineCheck.report();
      float negative = script.method("f").call(Torch.processManager().create(2f)).toFloatArray()[0];
      System.out.println(report.status() + " " + report.remembered() + " " + negative);
      if (Torch.threads() != threads || JniUtils.isGradMode() != recording) {
        throw new IllegalStateException("The check changed the thread's settings");
      }
    }
  }

  @Test
  void aScriptIsCheckedAndTheNextProcessRemembers() throws Exception {
    String first = run();
    String second = run();
    assertThat(first).matches("(RIGHT|REMEDIED) false -2\\.0");
    assertThat(second).isEqualTo(first.replace("false", "true"));
  }

  @Test
  void thePropertyIgnores() throws Exception {
    assertThat(run("-Dadversaria.engine.check=ignore")).isEqualTo("IGNORED false -2.0");
  }

  @Test
  void aRemedyIsForced() throws Exception {
    assertThat(run("-Dadversaria.engine.remedy=padded")).isEqualTo("REMEDIED false -2.0");
  }

  private String run(String... options) throws IOException, InterruptedException {
    var settings =
        new ArrayList<>(List.of("-Duser.home=" + home, "-DDJL_CACHE_DIR=" + Utils.getCacheDir()));
    settings.addAll(List.of(options));
    ProcessBuilder builder = ChildJvm.of(settings, Script.class);
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
