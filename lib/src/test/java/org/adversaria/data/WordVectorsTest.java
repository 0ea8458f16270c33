package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordVectorsTest {

  private static final WordVectors WORDS =
      new WordVectors(List.of("east", "north", "north-east"), new float[] {2, 0, 0, 3, 1, 1});

  @TempDir private Path folder;

  @Test
  void wordsAreNearByTheAngleWhateverTheirLength() {
    assertThat(WORDS.nearest(new float[] {0.1f, 0.2f}, 2)).containsExactly("north-east", "north");
    assertThat(WORDS.nearest(new float[] {9, 1}, 9)).containsExactly("east", "north-east", "north");
    assertThat(WORDS.similarity("east", "north-east")).isCloseTo(Math.sqrt(0.5), within(1e-6));
    assertThat(WORDS.similarity("north", "east")).isZero();
  }

  @Test
  void manySamplesAreComparedAtOnce() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray samples = manager.create(new float[] {9, 1, -1, 9}, new Shape(2, 2));
      assertThat(WORDS.nearest(samples, 2)).isDeepEqualTo(new int[][] {{0, 2}, {1, 2}});
      assertThatThrownBy(() -> WORDS.nearest(manager.zeros(new Shape(2, 3)), 1))
          .hasMessageContaining("(N, 2)");
    }
  }

  @Test
  void whitenedVectorsHaveMeanZeroAndUnitCovariance() {
    var values = new float[200 * 3];
    var random = new SplitMix(1);
    for (int i = 0; i < 200; i++) {
      double common = random.nextGaussian();
      values[3 * i] = (float) (5 + common);
      values[3 * i + 1] = (float) (common + 0.1 * random.nextGaussian());
      values[3 * i + 2] = (float) (0.01 * random.nextGaussian());
    }
    List<String> words = IntStream.range(0, 200).mapToObj(i -> "w" + i).toList();
    WordVectors whitened = new WordVectors(words, values).whitened();
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = whitened.matrix(manager);
      assertThat(x.mean(new int[] {0}).abs().max().getFloat()).isLessThan(1e-5f);
      NDArray covariance = x.transpose().matMul(x).div(200);
      assertThat(covariance.sub(manager.eye(3)).abs().max().getFloat()).isLessThan(1e-4f);
    }
  }

  @Test
  void vectorsOfASubspaceAreNotWhitened() {
    assertThatThrownBy(
            () -> new WordVectors(List.of("a", "b"), new float[] {1, 2, 3, 4, 5, 6}).whitened())
        .hasMessageContaining("fewer than 3 dimensions");
  }

  @Test
  void aFileHoldsTheSameBits() throws IOException {
    var words = new WordVectors(List.of("été", "x"), new float[] {1 / 3f, -0f, 1e-30f, 7});
    Path file = folder.resolve("words.txt");
    words.save(file);
    WordVectors read = WordVectors.load(file);
    assertThat(read.words()).isEqualTo(words.words());
    assertThat(read.vector("été")).containsExactly(1 / 3f, -0f);
    assertThat(read.vector("x")).containsExactly(1e-30f, 7);
  }

  @ParameterizedTest
  @CsvSource({
    "'a 1 2', does not start with",
    "'2 2\na 1 2', ends after 1",
    "'1 2\na 1', Line 2",
    "'1 2\na 1 x', Value 2 in line 2",
    "'1 1\na NaN', no finite number",
    "'2 1\na 1\na 2', there twice",
    "'999999999 999999\na 1', limit"
  })
  void aDamagedFileIsNamedWithItsLine(String content, String problem) throws IOException {
    Path file = Files.writeString(folder.resolve("words.txt"), content);
    assertThatThrownBy(() -> WordVectors.load(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("words.txt")
        .hasMessageContaining(problem);
  }

  @Test
  void otherEncodingsAreRefused() throws IOException {
    Path file = folder.resolve("words.txt");
    Files.write(file, "1 1\nété 1".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> WordVectors.load(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is not UTF-8");
  }

  @Test
  void wordsOfATextFileHaveNoSpaces() {
    var words = new WordVectors(List.of("new york"), new float[] {1});
    assertThatThrownBy(() -> words.save(folder.resolve("words.txt")))
        .hasMessageContaining("'new york'");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void unknownWordsAreNamed() {
    assertThatThrownBy(() -> WORDS.vector("west")).hasMessageContaining("'west'");
    assertThatThrownBy(() -> new WordVectors(List.of("a", "a"), new float[] {1, 2}))
        .hasMessageContaining("'a' is there twice");
  }

  @Test
  void whatIsNoDirectionOfTheWordsIsRefused() {
    assertThatThrownBy(() -> new WordVectors(List.of("a", "b"), new float[] {1, Float.NaN}))
        .hasMessageContaining("The vector of 'b' has the element NaN");
    assertThatThrownBy(() -> WORDS.nearest(new float[WORDS.dimension() + 1], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("but the one to compare with has " + (WORDS.dimension() + 1));
    assertThatThrownBy(() -> WORDS.nearest(new float[WORDS.dimension()], 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0");
  }
}
