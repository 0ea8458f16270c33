package org.adversaria.data;

import static org.adversaria.data.TestFiles.greyPng;
import static org.adversaria.data.TestFiles.tarGz;
import static org.adversaria.data.TestFiles.utf8;
import static org.adversaria.data.TestFiles.write;
import static org.adversaria.data.TestFiles.zip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImagePathTest {

  @TempDir Path folder;

  /** A grey image of one pixel for each path, of the levels 1, 2, 3, ... in their order. */
  private static Map<String, byte[]> images(String... paths) {
    Map<String, byte[]> images = new LinkedHashMap<>();
    for (String path : paths) {
      images.put(path, greyPng(1, 1, images.size() + 1));
    }
    return images;
  }

  private Path tree(String name, Map<String, byte[]> files) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      write(folder.resolve(name).resolve(file.getKey()), file.getValue());
    }
    return folder.resolve(name);
  }

  private Path archive(String name, Map<String, byte[]> files) throws IOException {
    return write(folder.resolve(name), tarGz(files));
  }

  private static ImageData open(Path path, Split split) {
    return Datasets.open(path.toString(), split);
  }

  private static List<Integer> levels(ImageData data) {
    var pixel = new byte[1];
    return IntStream.range(0, data.size())
        .map(
            index -> {
              data.copyImage(index, pixel, 0);
              return pixel[0];
            })
        .boxed()
        .toList();
  }

  private static List<Integer> labels(ImageData data) {
    return IntStream.range(0, data.size()).map(data::label).boxed().toList();
  }

  private void assertNoTestPart(Path path) {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> open(path, Split.TEST))
        .withMessageContaining(path + " has no test part");
  }

  @Test
  void namesGoBeforePaths() {
    assertThat(Datasets.open("shapes-grey-16", Split.TEST)).isInstanceOf(Shapes.class);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Datasets.open("shapes-8", Split.TRAIN))
        .withMessageContaining("16 to 128 pixels, not at 8");
  }

  @Test
  void whatIsNeitherNameNorPathIsToldTheNames() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Datasets.open("cifar-10", Split.TRAIN))
        .withMessageContaining("'cifar-10' is no data set, and no such path exists; there are")
        .withMessageContaining("shapes-<16..128>")
        .withMessageContaining("cifar10, cifar100");
  }

  @Test
  void opensAFolderOfClassesAndAFlatOne() throws IOException {
    ImageData pets = open(tree("pets", images("dog/a.png", "cat/b.png")), Split.TRAIN);
    assertThat(pets.name()).isEqualTo("pets");
    assertThat(pets.classNames()).containsExactly("cat", "dog");
    assertThat(levels(pets)).containsExactly(2, 1);
    ImageData flat = open(tree("flat", images("a.png", "b.png")), Split.TRAIN);
    assertThat(flat.classNames()).containsExactly("unlabelled");
    assertThat(levels(flat)).containsExactly(1, 2);
    assertNoTestPart(folder.resolve("pets"));
    assertNoTestPart(folder.resolve("flat"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"test", "val"})
  void foldersNamedTrainAndTestAreParts(String heldOut) throws IOException {
    Map<String, byte[]> files =
        images(
            "train/cat/1.png", "train/dog/2.png", heldOut + "/cat/3.png", heldOut + "/dog/4.png");
    for (Path path : List.of(tree("pets", files), archive("pets.tgz", files))) {
      ImageData train = open(path, Split.TRAIN);
      assertThat(train).hasToString("pets: 2 images of 1x1x1 in 2 classes");
      assertThat(levels(train)).containsExactly(1, 2);
      ImageData test = open(path, Split.TEST);
      assertThat(test).hasToString("pets-test: 2 images of 1x1x1 in 2 classes");
      assertThat(test.classNames()).containsExactly("cat", "dog");
      assertThat(levels(test)).containsExactly(3, 4);
    }
  }

  @Test
  void aClassMayBeNamedTrain() throws IOException {
    Map<String, byte[]> files = images("bus/1.png", "test/2.png", "train/3.png");
    for (Path path : List.of(tree("vehicles", files), archive("vehicles.tar.gz", files))) {
      assertThat(open(path, Split.TRAIN).classNames()).containsExactly("bus", "test", "train");
      assertNoTestPart(path);
    }
  }

  @Test
  void aTarMayHoldItsClassesInAFolder() throws IOException {
    Map<String, byte[]> files = images("./my/pets/dog/deep/1.png", "./my/pets/cat/2.png");
    files.put("./my/pets/cat/notes.txt", utf8("not an image"));
    files.put("./my/pets/.cache/3.png", utf8("not an image"));
    ImageData data = open(archive("photos.tar.gz", files), Split.TRAIN);
    assertThat(data.name()).isEqualTo("photos");
    assertThat(data.classNames()).containsExactly("cat", "dog");
    assertThat(levels(data)).containsExactly(2, 1);
    assertThat(labels(data)).containsExactly(0, 1);
  }

  @Test
  void aTarMayBeFlatButNotBoth() throws IOException {
    ImageData flat = open(archive("flat.tgz", images("all/2.png", "all/1.png")), Split.TRAIN);
    assertThat(flat.classNames()).containsExactly("unlabelled");
    assertThat(levels(flat)).containsExactly(2, 1);
    Path both = archive("both.tgz", images("all/1.png", "all/cat/2.png"));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> open(both, Split.TRAIN))
        .withMessageContaining("both.tgz has folders and images beside each other, such as all/1");
    Path none = archive("none.tgz", Map.of("readme.txt", utf8("no image")));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> open(none, Split.TRAIN))
        .withMessageContaining("none.tgz holds no image");
  }

  @Test
  void opensAStyleGanZip() throws IOException {
    Path file = write(folder.resolve("faces.zip"), zip(images("img0.png", "img1.png")));
    assertThat(open(file, Split.TRAIN)).hasToString("faces: 2 images of 1x1x1 in 1 classes");
    assertNoTestPart(file);
  }

  @Test
  void refusesOtherFiles() throws IOException {
    Path file = Files.write(folder.resolve("weights.safetensors"), new byte[8]);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> open(file, Split.TRAIN))
        .withMessageContaining("weights.safetensors is not a folder of images, nor a file .tar");
  }
}
