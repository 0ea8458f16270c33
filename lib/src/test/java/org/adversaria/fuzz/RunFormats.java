package org.adversaria.fuzz;

import ai.djl.Device;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.adversaria.config.SettingsJson;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.methods.ConditionalGan;
import org.adversaria.training.HiddenRuns;
import org.adversaria.training.Method;
import org.adversaria.training.RunRecord;
import org.adversaria.training.SavedRun;

/** The files of runs. */
final class RunFormats {

  private static final List<Class<? extends Exception>> REFUSALS =
      List.of(IOException.class, IllegalArgumentException.class, IllegalStateException.class);
  private static final String RUN = "run";

  private RunFormats() {}

  static List<Format> all() throws IOException {
    Path folder = Files.createTempDirectory("seed");
    Map<String, byte[]> files = HiddenRuns.files(folder.resolve(RUN));
    MutationTest.delete(folder);
    return List.of(record(), log(files), run(files));
  }

  /** The record, with settings of a method. */
  private static Format record() throws IOException {
    ImageData images = Shapes.builder().resolution(16).channels(1).size(10).build();
    Method<?> method = ConditionalGan.builder(images).preset("quick").build();
    var record =
        new RunRecord(
            method.name(),
            method.getClass().getName(),
            SettingsJson.write(method.settings()),
            new RunRecord.Data("shapes", 10, "0", false, images.classNames(), Map.of()),
            1,
            100,
            "cpu()",
            "fp32",
            false,
            null,
            Map.of("java", "17"),
            "finished",
            100,
            "2026-01-01T00:00:00Z",
            1.5);
    byte[] seed = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(record);
    return new Format(
        "run.json",
        List.of(seed),
        (mutator, bytes) -> mutator.text(bytes),
        Format.file("run.json"),
        path -> SavedRun.open(path.getParent(), Device.cpu()).close(),
        List.of(IOException.class, IllegalArgumentException.class));
  }

  private static Format log(Map<String, byte[]> files) {
    return new Format(
        "log.csv",
        List.of(files.get("log.csv")),
        (mutator, bytes) -> mutator.text(bytes),
        Format.file("log.csv"),
        HiddenRuns::log,
        List.of(IOException.class));
  }

  /** A directory of which one file is changed; a mutant is its name, a line feed, its content. */
  private static Format run(Map<String, byte[]> files) {
    Format.Mutation mutation =
        (mutator, none) -> {
          String name = mutator.oneOf(new ArrayList<>(files.keySet()));
          byte[] content = files.get(name);
          byte[] changed =
              name.endsWith(".safetensors")
                  ? Formats.safeTensors(mutator, content)
                  : mutator.text(content);
          return mutant(mutator.oneIn(2), name, changed);
        };
    return new Format(
        "run-directory",
        List.of(mutant(false, "log.csv", files.get("log.csv"))),
        mutation,
        (folder, mutant) -> place(folder.resolve(RUN), files, mutant),
        HiddenRuns::resume,
        REFUSALS,
        true);
  }

  /** An upper-case letter at the start says that the checksum of the file is made right. */
  private static byte[] mutant(boolean checksum, String name, byte[] content) {
    byte[] head = Formats.utf8((checksum ? "F" : "f") + name + "\n");
    byte[] mutant = Arrays.copyOf(head, head.length + content.length);
    System.arraycopy(content, 0, mutant, head.length, content.length);
    return mutant;
  }

  private static Path place(Path directory, Map<String, byte[]> files, byte[] mutant)
      throws IOException {
    for (var file : files.entrySet()) {
      Path path = directory.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    int end = 0;
    while (mutant[end] != '\n') {
      end++;
    }
    String name = new String(mutant, 1, end - 1, StandardCharsets.UTF_8);
    byte[] content = Arrays.copyOfRange(mutant, end + 1, mutant.length);
    Files.write(directory.resolve(name), content);
    Path sums = directory.resolve(name).resolveSibling("checksums.json");
    if (mutant[0] == 'F' && Files.exists(sums) && !name.endsWith("checksums.json")) {
      byte[] old = files.get(name);
      Files.writeString(
          sums,
          Files.readString(sums)
              .replace(sha256(old), sha256(content))
              .replace("\"bytes\" : " + old.length, "\"bytes\" : " + content.length));
    }
    return directory;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
