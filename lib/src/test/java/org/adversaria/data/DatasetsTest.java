package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("slow")
class DatasetsTest {

  /** Maven runs tests in the module's folder; paths are meant from the project's. */
  private static final Path PROJECT = Path.of("..");

  @TempDir Path folder;

  @AfterEach
  void forgetFolder() {
    System.clearProperty("adversaria.data");
  }

  /** Uses real data from ADVERSARIA_DATA or the development folder, or skips the test. */
  private static void assumeRealData(String file) {
    String variable = System.getenv("ADVERSARIA_DATA");
    Path real = PROJECT.resolve(variable == null ? "../shared/data" : variable);
    assumeTrue(Files.exists(real.resolve(file)), file + " is not there to be read");
    System.setProperty("adversaria.data", real.toString());
  }

  private static int[] labelCounts(ImageData data) {
    var counts = new int[data.numClasses()];
    for (int i = 0; i < data.size(); i++) {
      counts[data.label(i)]++;
    }
    return counts;
  }

  @Test
  void readsOtherFilesThanThePublishedOnlyWhereAsked() throws IOException {
    System.setProperty("adversaria.data", folder.toString());
    Path images = folder.resolve("kmnist/t10k-images-idx3-ubyte.gz");
    TestFiles.write(images, TestFiles.gzip(TestFiles.idxImages(2051, 2, 3, 3)));
    TestFiles.write(
        folder.resolve("kmnist/t10k-labels-idx1-ubyte.gz"),
        TestFiles.gzip(TestFiles.idxLabels(2049, 7, 1)));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.open("kmnist", Split.TEST))
        .withMessageMatching(
            "(?s).* is not the published file: it has \\d+ bytes instead of 3041136.*--unchecked.*");
    assertThat(Datasets.openUnchecked("kmnist", Split.TEST).size()).isEqualTo(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Datasets.openUnchecked("kmnits", Split.TEST));
  }

  @ParameterizedTest
  @CsvSource({
    "shapes,TRAIN,shapes-32,10000,3,32",
    "shapes,TEST,shapes-32-test,2000,3,32",
    "shapes-64,TRAIN,shapes-64,10000,3,64",
    "shapes-grey,TRAIN,shapes-grey-32,10000,1,32",
    "shapes-grey-16,TEST,shapes-grey-16-test,2000,1,16"
  })
  void findsShapesByName(
      String name, Split split, String fullName, int size, int channels, int resolution) {
    ImageData data = Datasets.byName(name, split);
    assertThat(data.name()).isEqualTo(fullName);
    assertThat(data.size()).isEqualTo(size);
    assertThat(data.channels()).isEqualTo(channels);
    assertThat(data.height()).isEqualTo(resolution);
    assertThat(data.width()).isEqualTo(resolution);
  }

  @Test
  void shapesAreTheSameByNameAndByMethod() {
    var one = new byte[3 * 16 * 16];
    var other = new byte[3 * 16 * 16];
    Datasets.shapes(16).copyImage(123, one, 0);
    Datasets.byName("shapes-16", Split.TRAIN).copyImage(123, other, 0);
    assertThat(one).isEqualTo(other);
  }

  @Test
  void listsTheNamesWhereOneIsUnknown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Datasets.byName("mnsit", Split.TRAIN))
        .withMessage(
            "There is no data set 'mnsit'; there are shapes, shapes-grey, shapes-<16..128>, shapes-grey-<16..128>, mnist, fashion-mnist, kmnist, cifar10, cifar100, cifar100-coarse");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Datasets.byName("shapes-8", Split.TRAIN))
        .withMessageContaining("16 to 128 pixels, not at 8");
  }

  @Test
  void namesTheDamagedFile() throws IOException {
    System.setProperty("adversaria.data", folder.toString());
    assertThat(Datasets.folder()).isEqualTo(folder);
    byte[] images = TestFiles.gzip(TestFiles.idxImages(2051, 2, 28, 28));
    TestFiles.write(folder.resolve("mnist/train-images-idx3-ubyte.gz"), images);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(Datasets::mnist)
        .withMessageContaining("train-images-idx3-ubyte.gz does not hold what its publisher's");
  }

  @Test
  void refusesANetworkThatIsNotThePublishedOne() throws IOException {
    System.setProperty("adversaria.data", folder.toString());
    Path file = folder.resolve("networks/inception-2015-12-05.pt");
    TestFiles.write(file, new byte[100]);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.network("inception-2015-12-05"))
        .withMessageContaining(file + " is not the published file: it has 100 bytes instead of 95");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Datasets.network("vgg"))
        .withMessage("There is no network 'vgg'; there are [inception-2015-12-05, lpips-alex]");
  }

  @Test
  void catalogIsATableOfTerms() {
    assertThat(Datasets.catalog().columnNames())
        .containsExactly("name", "kind", "title", "bytes", "licence", "homepage", "citation");
    assertThat(Datasets.catalog().stringColumn("name").asList())
        .containsExactly(
            "mnist",
            "fashion-mnist",
            "kmnist",
            "cifar10",
            "cifar100",
            "mirflickr25k",
            "inception-2015-12-05",
            "lpips-alex");
    assertThat(Datasets.catalog().stringColumn("kind").asList())
        .containsExactly(
            "data set",
            "data set",
            "data set",
            "data set",
            "data set",
            "data set",
            "network",
            "network");
    assertThat(Datasets.catalog().longColumn("bytes").get(0)).isEqualTo(11_594_722);
  }

  @Test
  void readsTheRealMnist() {
    assumeRealData("mnist/train-images-idx3-ubyte.gz");
    ImageData train = Datasets.mnist();
    assertThat(train).hasToString("mnist: 60000 images of 1x28x28 in 10 classes");
    assertThat(labelCounts(train))
        .containsExactly(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949);
    assertThat(new int[] {train.label(0), train.label(1), train.label(2)}).containsExactly(5, 0, 4);
    ImageData test = Datasets.byName("mnist", Split.TEST);
    assertThat(labelCounts(test))
        .containsExactly(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009);
  }

  @Test
  void readsRealJpegsOfCifar10LikeTheSmallBinaryFile() {
    assumeRealData("cifar10/cifar10-jpeg.tar.gz");
    ImageData jpegs = Datasets.cifar10(Split.TEST);
    assertThat(jpegs).hasToString("cifar10-jpeg-test: 10000 images of 3x32x32 in 10 classes");
    assertThat(labelCounts(jpegs)).containsOnly(1000);
    Path small = Datasets.folder().resolve("cifar10/cifar-10-batches-bin/test_batch.bin");
    assumeTrue(Files.exists(small), small + " is not there to be read");
    ImageData binary = Cifar.read("small", List.of(small), 1, 0, jpegs.classNames());
    assertThat(labelCounts(binary)).containsOnly(100);
    // The first binary records stand somewhere among the first hundred JPEGs of their class.
    for (int i = 0; i < 20; i++) {
      assertThat(smallestDifference(jpegs, binary, i)).isLessThan(0.5);
    }
  }

  /** The mean difference per byte to the most similar JPEG. */
  private static double smallestDifference(ImageData jpegs, ImageData binary, int index) {
    var wanted = new byte[binary.imageLength()];
    var candidate = new byte[binary.imageLength()];
    binary.copyImage(index, wanted, 0);
    var differences = new long[100];
    for (int i = 0; i < 100; i++) {
      jpegs.copyImage(1000 * binary.label(index) + i, candidate, 0);
      for (int p = 0; p < wanted.length; p++) {
        int difference = Byte.toUnsignedInt(wanted[p]) - Byte.toUnsignedInt(candidate[p]);
        differences[i] += Math.abs(difference);
      }
    }
    return Arrays.stream(differences).min().orElseThrow() / (double) wanted.length;
  }
}
