package org.adversaria.data;

import static org.adversaria.data.TestFiles.greyPng;
import static org.adversaria.data.TestFiles.tar;
import static org.adversaria.data.TestFiles.tarEntry;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
  @ValueSource(strings = {"test", "val", "valid", "validation", "Test"})
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

  private ThrowableAssertAlternative<DataException> opening(Path path) {
    return assertThatExceptionOfType(DataException.class).isThrownBy(() -> open(path, Split.TRAIN));
  }

  /** The same files as a folder, a tar archive and a zip. */
  private List<Path> everywhere(String name, Map<String, byte[]> files) throws IOException {
    return List.of(
        tree(name, files),
        archive(name + ".tgz", files),
        write(folder.resolve(name + ".zip"), zip(files)));
  }

  @Test
  void partsHaveTheClassesOfAllParts() throws IOException {
    Map<String, byte[]> files =
        images("train/cat/1.png", "train/emu/2.png", "valid/cat/3.png", "valid/dog/4.png");
    for (Path path : everywhere("pets", files)) {
      ImageData train = open(path, Split.TRAIN);
      ImageData test = open(path, Split.TEST);
      assertThat(train.classNames())
          .isEqualTo(test.classNames())
          .containsExactly("cat", "dog", "emu");
      assertThat(labels(train)).containsExactly(0, 2);
      assertThat(labels(test)).containsExactly(0, 1);
      assertThat(train.notes())
          .containsExactly(
              "pets has no image of 1 of its 3 classes (dog): nothing is learnt of them");
    }
  }

  @Test
  void aPartWithoutClassFoldersBesideOneWithThemIsRefused() throws IOException {
    Path path = tree("mixed", images("train/cat/1.png", "test/2.png"));
    assertThat(open(path, Split.TRAIN).size()).isEqualTo(1);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> open(path, Split.TEST))
        .withMessageContaining("class folders in another part, but")
        .withMessageContaining("test has none");
  }

  @Test
  void classesBesideAFolderNamedTrainAreTold() throws IOException {
    ImageData data = open(tree("vehicles", images("bus/1.png", "train/2.png")), Split.TRAIN);
    assertThat(data.notes()).singleElement().asString().contains("all of them are classes");
  }

  @Test
  void theOutputOfStyleGansToolHasItsLabelsWhereverItLies() throws IOException {
    Map<String, byte[]> files = images("00000/a.png", "00000/b.png", "00001/c.png");
    files.put(
        "dataset.json",
        utf8("{\"labels\": [[\"00000/a.png\", 1], [\"00001/c.png\", 1], [\"00000/b.png\", 0]]}"));
    Map<String, byte[]> below = new LinkedHashMap<>();
    files.forEach((path, content) -> below.put("faces/" + path, content));
    below.put("__MACOSX/faces/00000/._a.png", utf8("no image"));
    below.put("__MACOSX/faces/._dataset.json", utf8("no json"));
    var paths = new ArrayList<>(everywhere("sg", files));
    paths.addAll(everywhere("sg-below", below));
    for (Path path : paths) {
      ImageData data = open(path, Split.TRAIN);
      assertThat(levels(data)).containsExactly(1, 2, 3);
      assertThat(labels(data)).containsExactly(1, 0, 1);
      assertThat(data.classNames()).containsExactly("0", "1");
      assertNoTestPart(path);
    }
    assertThat(open(folder.resolve("sg-below.zip"), Split.TRAIN).notes())
        .singleElement()
        .asString()
        .contains(
            "2 left out, hidden (__MACOSX/faces/._dataset.json, __MACOSX/faces/00000/._a.png)");
  }

  @Test
  void nullLabelsAreOneClassAndNoLabelsAreFolders() throws IOException {
    Map<String, byte[]> files = images("cat/a.png", "dog/b.png");
    files.put("dataset.json", utf8("{\"labels\": null}"));
    for (Path path : everywhere("null", files)) {
      assertThat(open(path, Split.TRAIN).classNames()).containsExactly("unlabelled");
    }
    files.put("dataset.json", utf8("{\"name\": \"pets\"}"));
    for (Path path : everywhere("other", files)) {
      ImageData data = open(path, Split.TRAIN);
      assertThat(data.classNames()).containsExactly("cat", "dog");
      assertThat(data.notes())
          .singleElement()
          .asString()
          .contains(
              "dataset.json has no \"labels\" and is passed over: the folders are the classes");
    }
  }

  @Test
  void aZipMayHoldClassFolders() throws IOException {
    for (Path path : everywhere("pets", images("pets/dog/1.png", "pets/cat/2.png"))) {
      boolean isFolder = Files.isDirectory(path);
      ImageData data = open(path, Split.TRAIN);
      // In a folder, one folder is a class, whatever is below.
      assertThat(data.numClasses()).isEqualTo(isFolder ? 1 : 2);
      assertThat(levels(data)).containsExactly(2, 1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1, 2 | has 2 different labels from 1 to 2; labels are consecutive numbers from 0",
        "0, 999999 | has 2 different labels from 0 to 999999; labels are consecutive numbers",
        "0, -1 | gives 'b.png' the label -1; each must read",
        "0, 50000000 | gives 'b.png' the label 50000000, but labels are consecutive numbers from 0",
        "0, 2147483647 | gives 'b.png' the label 2147483647, but labels are consecutive",
        "0, [0.5] | gives 'b.png' the label a list",
        "0, true | gives 'b.png' the label true",
      })
  void labelsThatAreNotConsecutiveAreRefused(String labels, String problem) throws IOException {
    Map<String, byte[]> files = images("a.png", "b.png");
    String[] label = labels.split(", ");
    String pairs = "[\"a.png\", " + label[0] + "], [\"b.png\", " + label[1] + "]";
    files.put("dataset.json", utf8("{\"labels\": [" + pairs + "]}"));
    for (Path path : everywhere("bad", files)) {
      opening(path).withMessageStartingWith(path.toString()).withMessageContaining(problem);
    }
  }

  @Test
  void aMalformedDatasetJsonIsNamedWithItsLine() throws IOException {
    Map<String, byte[]> files = images("a.png");
    files.put("dataset.json", utf8("{\"labels\": [\n[\"a.png\", 0],\n]}"));
    opening(write(folder.resolve("comma.zip"), zip(files)))
        .withMessageContaining("comma.zip!dataset.json is not JSON (Unexpected character (']'")
        .withMessageContaining("line 3, column 1)");
    files.put("dataset.json", utf8("[[\"a.png\", 0]]"));
    opening(tree("list", files))
        .withMessageContaining("list/dataset.json begins with a list; it must read")
        .withMessageContaining("(line 1)");
    files.put("dataset.json", utf8("{\n\n\"labels\": \"labels.csv\"}"));
    opening(archive("text.tgz", files))
        .withMessageContaining("text.tgz!dataset.json has the text 'labels.csv' as labels")
        .withMessageContaining("(line 3)");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void symbolicLinksAreFollowedAndLoopsTold() throws IOException {
    Path elsewhere = tree("elsewhere", images("deep/1.png", "2.png"));
    Path pets = Files.createDirectories(folder.resolve("pets"));
    Files.createSymbolicLink(pets.resolve("cat"), elsewhere.resolve("deep"));
    Files.createDirectories(pets.resolve("dog"));
    Files.createSymbolicLink(pets.resolve("dog/b.png"), elsewhere.resolve("2.png"));
    Files.createSymbolicLink(pets.resolve("dog/gone.png"), folder.resolve("gone.png"));
    Files.createSymbolicLink(pets.resolve("dog/up"), pets);
    ImageData data = open(pets, Split.TRAIN);
    assertThat(data.classNames()).containsExactly("cat", "dog");
    assertThat(levels(data)).containsExactly(1, 2);
    assertThat(data.notes())
        .containsExactlyInAnyOrder(
            pets + ": 1 left out, links to nothing (dog/gone.png)",
            pets + ": 1 left out, links to a folder that they lie in (dog/up)");
    assertThat(levels(open(Files.createSymbolicLink(folder.resolve("link"), pets), Split.TRAIN)))
        .containsExactly(1, 2);
  }

  @Test
  void linksInATarArchiveAreToldByName() throws IOException {
    Path archive =
        write(
            folder.resolve("links.tar"),
            tar(
                tarEntry("cat/a.png", greyPng(1, 1, 1)),
                tarEntry(utf8("cat/b.png"), '2', 0, new byte[0]),
                tarEntry(utf8("cat/c.png"), '1', 0, new byte[0])));
    assertThat(open(archive, Split.TRAIN).notes())
        .containsExactly(
            archive
                + ": 2 left out, links in an archive, which are not followed (cat/b.png, cat/c.png)");
  }

  @Test
  void brokenImagesAreLeftOutWhereAskedAndTold() throws IOException {
    Map<String, byte[]> files = images("cat/1.png", "dog/3.png");
    files.put("cat/2.png", Arrays.copyOf(greyPng(30, 30, 9), 60));
    files.put("emu/4.jpg", utf8("no image"));
    for (Path path : everywhere("pets", files)) {
      opening(path).withMessageContaining("is not a readable image");
      ImageData data = Datasets.open(path.toString(), ImageOptions.standard().withSkipBroken(true));
      assertThat(levels(data)).containsExactly(1, 2);
      assertThat(labels(data)).containsExactly(0, 1);
      assertThat(data.classNames()).containsExactly("cat", "dog", "emu");
      assertThat(data.notes())
          .anyMatch(note -> note.startsWith("left out: ") && note.contains("cat/2.png is not a"))
          .anyMatch(note -> note.startsWith("left out: ") && note.contains("emu/4.jpg is not a"))
          .anyMatch(note -> note.contains("has no image of 1 of its 3 classes (emu)"))
          .hasSize(3);
    }
    Path none = tree("none", Map.of("a.png", utf8("no image"), "b.png", utf8("no image")));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(
            () -> Datasets.open(none.toString(), ImageOptions.standard().withSkipBroken(true)))
        .withMessageContaining("none has 2 images, and none can be read; the first: ");
  }

  @Test
  void aResolutionMakesSquaresOfMixedSizesAndTellsHow() throws IOException {
    Map<String, byte[]> files =
        Map.of("a.png", greyPng(4, 2, 9), "b.png", greyPng(2, 2, 7), "c.png", greyPng(3, 5, 8));
    ImageOptions cropped = ImageOptions.standard().withResolution(2);
    for (Path path : everywhere("sizes", files)) {
      opening(path).withMessageContaining("all images must have one size");
      ImageData data = Datasets.open(path.toString(), cropped);
      assertThat(data).hasToString("sizes: 3 images of 1x2x2 in 1 classes");
      assertThat(data.notes())
          .containsExactly(
              path
                  + ": 2 images of other sizes, such as 4x2: the centred square of each is cut out"
                  + " and scaled to 2x2");
      ImageData padded =
          Datasets.open(path.toString(), cropped.withResolution(4).withFit(ImageOptions.Fit.PAD));
      var pixels = new byte[16];
      padded.copyImage(0, pixels, 0);
      assertThat(pixels).containsExactly(0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 0, 0, 0, 0);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Datasets.open("shapes-16", cropped.withResolution(64)))
        .withMessageContaining("The images of 'shapes-16' have 16x16 pixels, not 64")
        .withMessageContaining("such as shapes-64");
    assertThat(Datasets.open("shapes-16", cropped.withResolution(16)).height()).isEqualTo(16);
  }

  @Test
  void orientationIsAppliedUnlessItIsLeft() throws IOException {
    byte[] turned;
    try (var in = ImagePathTest.class.getResourceAsStream("/pictures/orientation6.jpg")) {
      turned = in.readAllBytes();
    }
    Path path = tree("photos", Map.of("a.jpg", turned));
    assertThat(open(path, Split.TRAIN).height()).isEqualTo(18);
    ImageOptions stored = ImageOptions.standard().withOrientation(false);
    assertThat(Datasets.open(path.toString(), stored).height()).isEqualTo(12);
  }

  @Test
  void filesThatAreNoImagesAreCountedAndTold() throws IOException {
    Map<String, byte[]> files = images("cat/1.png");
    files.put("cat/notes.txt", utf8("x"));
    files.put("cat/phone.HEIC", utf8("x"));
    files.put("cat/.DS_Store", utf8("x"));
    for (Path path : everywhere("pets", files)) {
      assertThat(open(path, Split.TRAIN).notes())
          .containsExactlyInAnyOrder(
              path + ": 1 left out, no images by their names (cat/notes.txt)",
              path
                  + ": 1 left out, pictures of formats that are not read; convert them to PNG"
                  + " (cat/phone.HEIC)",
              path + ": 1 left out, hidden (cat/.DS_Store)");
    }
    Files.createDirectories(folder.resolve("pets/empty"));
    ImageData data = open(folder.resolve("pets"), Split.TRAIN);
    assertThat(data.classNames()).containsExactly("cat");
    assertThat(data.notes()).anyMatch(note -> note.contains("1 left out, folders without images"));
  }

  @Test
  void ofAnimationsAndPagesTheFirstIsUsedAndTold() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String name : List.of("frames.gif", "frames.webp", "pages.tif", "plain.gif")) {
      try (var in = ImagePathTest.class.getResourceAsStream("/pictures/" + name)) {
        files.put(name, in.readAllBytes());
      }
    }
    Path path = tree("moving", files);
    String told =
        ": of 3 files with several frames or pages the first is used (frames.gif, frames.webp, pages.tif)";
    assertThat(open(path, Split.TRAIN).notes()).containsExactly(path + told);
    assertThat(Datasets.examine(path, ImageOptions.standard()).notes()).contains(path + told);
  }

  @Test
  void aPathMayHaveTheNameOfADataSet() throws IOException {
    Path path = tree("mnist", images("a.png"));
    assertThat(Datasets.open(path, ImageOptions.standard()).size()).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Datasets.open(folder.resolve("none"), ImageOptions.standard()))
        .withMessageContaining("There is nothing at");
  }
}
