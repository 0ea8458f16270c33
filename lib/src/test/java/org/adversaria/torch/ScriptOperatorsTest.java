package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ScriptOperatorsTest {

  /** {@code save(t item, str filename) -> ()}, as PyTorch's libraries declare operators. */
  private static final Pattern SCHEMA =
      Pattern.compile("(?:aten::)?([A-Za-z_]\\w*)(?:\\.\\w+)?\\(.*\\) -> .*");

  private static final int LONGEST = 4000;

  @Test
  void whatComputesIsAdmitted() {
    for (String name :
        List.of("torch.conv2d", "torch.add_", "torch.append", "torch.warn", "ops.prim.dtype")) {
      assertThat(ScriptOperators.computes(name)).as(name).isTrue();
    }
    assertThat(ScriptOperators.isMethod("relu")).isTrue();
    assertThat(ScriptOperators.isMethod("shape")).isTrue();
    assertThat(ScriptOperators.isFunction("annotate")).isTrue();
    assertThat(ScriptOperators.isValue("annotate")).isFalse();
    assertThat(ScriptOperators.isValue("Tensor")).isTrue();
    assertThat(ScriptOperators.isFunction("Tensor")).isFalse();
  }

  @Test
  void whatReachesOutsideIsNot() {
    for (String name :
        List.of(
            "save",
            "from_file",
            "manual_seed",
            "set_data",
            "set_",
            "_print",
            "wait",
            "backward",
            "set_grad_enabled",
            "resize_",
            "to_here",
            // They trust sizes that they are given, and read or write behind a tensor's bytes.
            "_reshape_alias",
            "repeat_interleave",
            "_weight_norm",
            "all_reduce")) {
      assertThat(ScriptOperators.computes("torch." + name)).as(name).isFalse();
      assertThat(ScriptOperators.isMethod(name)).as(name).isFalse();
      assertThat(ScriptOperators.isRefused(name)).as(name).isTrue();
    }
    for (String name : List.of("print", "fork", "Future", "RRef", "Generator", "Stream", "#", "")) {
      assertThat(ScriptOperators.isFunction(name)).as(name).isFalse();
      assertThat(ScriptOperators.isValue(name)).as(name).isFalse();
    }
  }

  /** An operator that is in neither list could be called as a method of its name. */
  @Test
  @Tag("slow")
  void everyOperatorOfTheEngineIsAdmittedOrRefused() throws IOException {
    assertThat(Engine.getEngine("PyTorch").getVersion()).isNotEmpty();
    var names = new TreeSet<String>();
    try (Stream<Path> files = Files.walk(Utils.getEngineCacheDir("pytorch"))) {
      for (Path library : files.filter(ScriptOperatorsTest::isLibrary).toList()) {
        collect(library, names);
      }
    }
    assertThat(names).contains("save", "from_file", "conv2d", "relu_").hasSizeGreaterThan(1500);
    names.removeIf(
        name -> ScriptOperators.computes("torch." + name) || ScriptOperators.isRefused(name));
    assertThat(names).isEmpty();
  }

  private static boolean isLibrary(Path file) {
    String name = file.getFileName().toString();
    return Set.of("libtorch_cpu.so", "libtorch_cpu.dylib", "torch_cpu.dll").contains(name);
  }

  private static void collect(Path library, Set<String> names) throws IOException {
    try (var channel = FileChannel.open(library)) {
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      int start = 0;
      for (int i = 0; i < bytes.limit(); i++) {
        if (bytes.get(i) < ' ') {
          if (i - start > "a() -> ".length() && i - start < LONGEST) {
            var text = new byte[i - start];
            bytes.get(start, text);
            Matcher schema = SCHEMA.matcher(new String(text, StandardCharsets.ISO_8859_1));
            if (schema.matches()) {
              names.add(schema.group(1));
            }
          }
          start = i + 1;
        }
      }
    }
  }
}
