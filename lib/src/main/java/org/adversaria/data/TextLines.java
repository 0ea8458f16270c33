package org.adversaria.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.adversaria.torch.Text;

/** Lines of text files in UTF-8, plain or gzipped. */
final class TextLines {

  private TextLines() {}

  /** Opens a file; bytes that are not UTF-8 make {@link #next} fail. */
  static BufferedReader open(Path file) throws IOException {
    var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    return new BufferedReader(new InputStreamReader(Unpacked.open(file), decoder));
  }

  /**
   * Reads a line.
   *
   * @param number of the line, for messages
   * @return null at the end of the file
   * @throws DataException if the text is not UTF-8
   */
  static String next(BufferedReader lines, Path file, int number) throws IOException {
    try {
      return lines.readLine();
    } catch (CharacterCodingException e) {
      throw new DataException(
          Text.format(
              "%s is not UTF-8 at line %d or soon after it: convert it, for example by iconv -t utf-8",
              file, number),
          e);
    }
  }
}
