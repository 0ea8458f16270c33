package org.adversaria.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;

/** The JSON files of a run's directory. */
final class JsonFile {

  /** Records of runs have some kilobytes. */
  private static final long MOST_BYTES = 16L << 20;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private JsonFile() {}

  /**
   * Reads a value.
   *
   * @return the value, or null for the JSON text null
   * @throws IOException if the file cannot be read, is too large or is not this JSON; the message
   *     names the file
   */
  static <T> T read(Path file, Class<T> type) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + " is damaged: it is not a file");
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException(
          Text.format(
              "%s is damaged: it has %d bytes, more than the %d that such a file may have",
              file, Files.size(file), MOST_BYTES));
    }
    byte[] content = Files.readAllBytes(file);
    try {
      return JSON.readValue(content, type);
    } catch (JsonProcessingException e) {
      throw damaged(file, e.getOriginalMessage(), e);
    } catch (CharConversionException e) {
      throw damaged(file, e.getMessage(), e);
    }
  }

  private static IOException damaged(Path file, String problem, IOException cause) {
    // Jackson names the place of an unclosed bracket beside words on how to configure Jackson.
    String plain = problem.replaceAll("\\[Source: REDACTED[^;]*; ([^\\]]*)\\]", "$1");
    return new IOException(Text.format("%s is damaged: %s", file, Text.visible(plain)), cause);
  }

  static void write(Path file, Object value) throws IOException {
    AtomicFile.write(file, JSON.writeValueAsBytes(value));
  }
}
