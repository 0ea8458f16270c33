package org.adversaria.data;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;

/** The text format of word2vec; see {@link WordVectors#save}. */
final class WordVectorFile {

  private static final Pattern HEADER = Pattern.compile("([1-9]\\d{0,8}) ([1-9]\\d{0,5})\\s*");

  private WordVectorFile() {}

  static void write(Path file, List<String> words, float[] vectors) throws IOException {
    for (String word : words) {
      if (word.isEmpty() || word.chars().anyMatch(Character::isWhitespace)) {
        throw new IllegalArgumentException(
            Text.format(
                "'%s' cannot be a word of a text file: join its parts by an underscore",
                Text.visible(word)));
      }
    }
    int dimension = vectors.length / words.size();
    AtomicFile.write(
        file,
        temporary -> {
          try (BufferedWriter writer = Files.newBufferedWriter(temporary, StandardCharsets.UTF_8)) {
            writer.write(words.size() + " " + dimension + "\n");
            for (int word = 0; word < words.size(); word++) {
              writer.write(words.get(word));
              for (int d = 0; d < dimension; d++) {
                writer.write(" " + vectors[word * dimension + d]);
              }
              writer.write('\n');
            }
          }
        });
  }

  static WordVectors read(Path file) {
    try (BufferedReader lines = TextLines.open(file)) {
      Matcher header = HEADER.matcher(String.valueOf(TextLines.next(lines, file, 1)));
      if (!header.matches()) {
        throw new DataException(
            file
                + " does not start with the number of words and the size of a vector: give the text"
                + " format of word2vec");
      }
      int size = Integer.parseInt(header.group(1));
      int dimension = Integer.parseInt(header.group(2));
      // A vector takes two bytes of text for each value at least, so a false header is found here.
      long values = (long) size * dimension;
      Limit.MEMORY.require(
          4 * values,
          () -> Text.format("%s claims %d values of 4 bytes, %d", file, values, 4 * values));
      return rows(lines, file, size, dimension);
    } catch (IOException e) {
      throw Unpacked.unreadable(file, e);
    }
  }

  /** Memory grows with the lines that are there, not with those that the header claims. */
  private static WordVectors rows(BufferedReader lines, Path file, int size, int dimension)
      throws IOException {
    var words = new ArrayList<String>();
    var rows = new ArrayList<float[]>();
    for (int line = 2; line < size + 2; line++) {
      String text = TextLines.next(lines, file, line);
      if (text == null) {
        throw new DataException(
            Text.format(
                "%s promises %d words and ends after %d: get it again", file, size, line - 2));
      }
      String[] parts = text.stripTrailing().split(" ");
      if (parts.length != dimension + 1) {
        throw new DataException(
            Text.format(
                "Line %d of %s has a word and %d values, but the first line promises %d: get it again",
                line, file, parts.length - 1, dimension));
      }
      words.add(parts[0]);
      rows.add(values(parts, file, line));
    }
    return vectors(file, words, rows, dimension);
  }

  private static float[] values(String[] parts, Path file, int line) {
    var values = new float[parts.length - 1];
    for (int d = 0; d < values.length; d++) {
      try {
        values[d] = Float.parseFloat(parts[d + 1]);
      } catch (NumberFormatException e) {
        values[d] = Float.NaN;
      }
      if (!Float.isFinite(values[d])) {
        throw new DataException(
            Text.format(
                "Value %d in line %d of %s is '%s' and no finite number: get the file again",
                d + 1, line, file, parts[d + 1]));
      }
    }
    return values;
  }

  private static WordVectors vectors(
      Path file, List<String> words, List<float[]> rows, int dimension) {
    var values = new float[Math.multiplyExact(words.size(), dimension)];
    for (int word = 0; word < words.size(); word++) {
      System.arraycopy(rows.get(word), 0, values, word * dimension, dimension);
      rows.set(word, null);
    }
    try {
      return new WordVectors(words, values);
    } catch (IllegalArgumentException e) {
      throw new DataException(file + ": " + e.getMessage(), e);
    }
  }
}
