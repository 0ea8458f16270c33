package org.adversaria.data;

import static org.adversaria.data.TestFiles.greyPng;
import static org.adversaria.data.TestFiles.utf8;
import static org.adversaria.data.TestFiles.write;
import static org.adversaria.data.TestFiles.zip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StyleGanZipTest {

  private static final byte[] PICTURE = greyPng(2, 2, 5);

  @TempDir Path folder;

  private static byte[] labelled(String json) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a.png", PICTURE);
    entries.put("dataset.json", utf8(json));
    return zip(entries);
  }

  private ThrowableAssertAlternative<DataException> reading(byte[] zip) throws IOException {
    Path file = write(folder.resolve("bad.zip"), zip);
    return assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.styleGanZip(file))
        .withMessageStartingWith(file.toString());
  }

  /** Replaces a text by one of the same length, in both of a zip's lists of names. */
  private static byte[] replaced(byte[] zip, String text, String by) {
    return new String(zip, StandardCharsets.ISO_8859_1)
        .replace(text, by)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 | begins with 7; it must read {\"labels\": [...]}",
        "[] | begins with a list",
        "{\"labels\": {\"a.png\": 0}} | has an object as labels; they are a list",
        "{\"labels\": \"a.png\"} | has the text 'a.png' as labels",
        "{\"labels\": 3} | has 3 as labels",
        "{\"labels\": [3]} | has the label entry 3; each must read [\"path.png\", number]",
        "{\"labels\": [[0, \"a.png\"]]} | has a label entry that starts with 0;",
        "{\"labels\": [[]]} | has a label entry that starts with ]",
        "{\"labels\": [[\"a.png\"]]} | gives 'a.png' the label ]",
        "{\"labels\": [[\"a.png\", \"0\"]]} | gives 'a.png' the label the text '0'",
        "{\"labels\": [[\"a.png\", 0.5]]} | gives 'a.png' the label 0.5",
        "{\"labels\": [[\"a.png\", 0, 1]]} | has more than a label for 'a.png'",
        "{\"labels\": [[\"a.png\", 0], [\"a.png\", 0]]} | labels 'a.png' twice",
        "{\"labels\": [[\"a.png\", 2000000000]]} | label 2000000000, but labels are consecutive numbers from 0: it makes 2000000001 classes, and the limit is 1000000",
        "{\"labels\": [[\"a.png\", 99999999999999999999]]} | the label 99999999999999999999",
        "{\"labels\": [[\"a.png\", 0], [\"\\u001b[31m\", 0]]} | first \\u001b[31m",
        "{\"labels\": null} 7 | goes on after its object",
        "nothing | is not JSON",
        "{\"labels\": [[\"a.png\", 0]] | is not JSON",
      })
  void refusesLabelsOfAnotherForm(String json, String problem) throws IOException {
    reading(labelled(json)).withMessageContaining(problem);
  }

  @Test
  void refusesLabelsThatAreDeeplyNested() throws IOException {
    reading(labelled("{\"x\": " + "[".repeat(10_000) + "]".repeat(10_000) + "}"))
        .withMessageContaining("bad.zip!dataset.json is not JSON")
        .withMessageContaining("depth");
  }

  @Test
  void refusesALargeDatasetJson() throws IOException {
    byte[] large = labelled("{\"labels\": null" + " ".repeat(10_000) + "}");
    TestFiles.withLimit(
        "json",
        10_000,
        () ->
            reading(large)
                .withMessageContaining("bad.zip!dataset.json has more than 10000 bytes")
                .withMessageContaining("-Dadversaria.limit.json"));
  }

  @Test
  void refusesAPictureThatIsLargerThanTheLimitOrThanItSays() throws IOException {
    byte[] zip = zip(Map.of("a.png", PICTURE));
    TestFiles.withLimit(
        "file",
        10,
        () ->
            reading(zip)
                .withMessageContaining("bad.zip!a.png has " + PICTURE.length + " bytes")
                .withMessageContaining("-Dadversaria.limit.file"));
    int size = directory(zip) + 24;
    assertThat(zip[size]).isEqualTo((byte) PICTURE.length);
    zip[size]--;
    reading(zip).withMessageContaining("bad.zip!a.png");
    zip[size] += 2;
    reading(zip).withMessageContaining("bad.zip!a.png");
  }

  /** The position of the central directory's first entry. */
  private static int directory(byte[] zip) {
    return new String(zip, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
  }

  @Test
  void comparesTheChecksum() throws IOException {
    byte[] zip = zip(Map.of("a.png", PICTURE));
    zip[directory(zip) + 16] ^= 1;
    reading(zip).withMessageContaining("bad.zip!a.png is damaged: its CRC-32 is");
  }

  @Test
  void refusesEncryptedEntriesAndOtherMethods() throws IOException {
    byte[] encrypted = zip(Map.of("a.png", PICTURE));
    encrypted[directory(encrypted) + 8] |= 1;
    reading(encrypted).withMessageContaining("encrypted entry");
    byte[] packed = zip(Map.of("a.png", PICTURE));
    packed[directory(packed) + 10] = 97;
    reading(packed).withMessageContaining("bad compression method");
  }

  @Test
  void refusesTwoEntriesOfOneName() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a.png", PICTURE);
    entries.put("b.png", greyPng(2, 2, 6));
    reading(replaced(zip(entries), "b.png", "a.png"))
        .withMessageContaining("has two entries 'a.png'");
    reading(zip(Map.of("d/a.png", PICTURE, "d\\a.png", PICTURE)))
        .withMessageContaining("has two entries 'd/a.png'");
  }

  @Test
  void refusesNamesThatCannotBeShownOrAreNotUtf8() throws IOException {
    byte[] zip = zip(Map.of("xyz.png", PICTURE));
    reading(replaced(zip, "xyz.png", "\u001b[m.png"))
        .withMessageContaining("has the entry '\\u001b[m.png', whose name has control characters");
    reading(replaced(zip, "xyz.png", "\u00e9\u0000\u00ff.png"));
  }

  @Test
  void refusesAFolder() throws IOException {
    Path zip = Files.createDirectories(folder.resolve("x.zip"));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.styleGanZip(zip))
        .withMessage(zip + " is a folder; give a file");
  }
}
