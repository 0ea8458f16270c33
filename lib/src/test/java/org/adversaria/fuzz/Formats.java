package org.adversaria.fuzz;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.adversaria.data.DataException;
import org.adversaria.data.Datasets;
import org.adversaria.data.HiddenReaders;
import org.adversaria.data.Split;
import org.adversaria.data.TestFiles;
import org.adversaria.data.WordVectors;
import org.adversaria.fuzz.Archives.Entry;
import org.adversaria.nn.SafeTensors;
import org.adversaria.torch.HiddenScripts;
import org.adversaria.torch.TorchScriptException;

/** All formats of files that the library reads. */
final class Formats {

  private static final List<Class<? extends Exception>> DATA = List.of(DataException.class);
  private static final List<String> TEN =
      IntStream.range(0, 10).mapToObj(i -> "class" + i).toList();
  private static final String TOP = "top";

  private Formats() {}

  static List<Format> all() throws IOException {
    var formats = new ArrayList<Format>();
    formats.addAll(idx());
    formats.addAll(cifar());
    formats.addAll(pictures());
    formats.addAll(archives());
    formats.add(tree());
    formats.add(wordVectors());
    formats.addAll(tags());
    formats.add(safeTensors());
    formats.add(script());
    formats.addAll(RunFormats.all());
    return formats;
  }

  // ---- IDX and CIFAR ----------------------------------------------------------------------------

  private static List<Format> idx() {
    byte[] images = idx(2051, 3, 4, 4);
    byte[] labels = idx(2049, 3);
    Format.Placement imagePlace = idxPlace("images", "labels", labels);
    Format.Placement labelPlace = idxPlace("labels", "images", images);
    Format.Reader reader =
        path ->
            Datasets.idx("idx", path.resolveSibling("images"), path.resolveSibling("labels"), TEN);
    return List.of(
        new Format("idx-images", List.of(images), Mutator::bytes, imagePlace, reader, DATA),
        new Format("idx-images.gz", List.of(images), Formats::gzip, imagePlace, reader, DATA),
        new Format("idx-labels", List.of(labels), Mutator::bytes, labelPlace, reader, DATA),
        new Format("idx-labels.gz", List.of(labels), Formats::gzip, labelPlace, reader, DATA));
  }

  private static Format.Placement idxPlace(String name, String other, byte[] content) {
    return (folder, mutant) -> {
      Files.write(folder.resolve(other), content);
      return Files.write(folder.resolve(name), mutant);
    };
  }

  private static byte[] idx(int magic, int... lengths) {
    int bytes = Arrays.stream(lengths).reduce(1, (a, b) -> a * b);
    ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * lengths.length + bytes).putInt(magic);
    Arrays.stream(lengths).forEach(buffer::putInt);
    for (int i = 0; i < bytes; i++) {
      buffer.put((byte) (i % 10));
    }
    return buffer.array();
  }

  /** The content is changed and packed, or what is packed is changed. */
  private static byte[] gzip(Mutator mutator, byte[] seed) {
    return mutator.oneIn(3)
        ? mutator.bytes(TestFiles.gzip(seed), seed)
        : TestFiles.gzip(mutator.bytes(seed));
  }

  private static List<Format> cifar() {
    byte[] ten = Arrays.copyOf(new byte[] {3}, 2 * 3073);
    byte[] hundred = Arrays.copyOf(new byte[] {19, 99}, 2 * 3074);
    String names = String.join("\n", IntStream.range(0, 20).mapToObj(i -> "name" + i).toList());
    return List.of(
        new Format(
            "cifar10",
            List.of(ten),
            Mutator::bytes,
            Format.file("data_batch_1.bin"),
            path -> Datasets.cifarBinary("cifar", List.of(path), TEN),
            DATA),
        new Format(
            "cifar100",
            List.of(hundred),
            Mutator::bytes,
            Format.file("train.bin"),
            HiddenReaders::cifar100,
            DATA),
        new Format(
            "cifar-names",
            List.of(utf8(names)),
            Mutator::text,
            Format.file("coarse_label_names.txt"),
            HiddenReaders::names,
            DATA));
  }

  // ---- pictures ---------------------------------------------------------------------------------

  private static List<Format> pictures() throws IOException {
    var formats = new ArrayList<Format>();
    for (String kind : List.of("png", "jpg", "gif", "bmp")) {
      List<byte[]> seeds = new ArrayList<>();
      for (int type :
          new int[] {
            BufferedImage.TYPE_3BYTE_BGR,
            BufferedImage.TYPE_BYTE_GRAY,
            BufferedImage.TYPE_BYTE_INDEXED,
            BufferedImage.TYPE_INT_ARGB,
            BufferedImage.TYPE_USHORT_GRAY
          }) {
        picture(kind, type, false).ifPresent(seeds::add);
        picture(kind, type, true).ifPresent(seeds::add);
      }
      Format.Mutation bytes = (mutator, seed) -> mutator.bytes(seed, mutator.oneOf(seeds));
      Format.Mutation chunks =
          (mutator, seed) ->
              mutator.oneIn(4) ? bytes.mutant(mutator, seed) : Archives.png(mutator, seed);
      formats.add(
          new Format(
              kind,
              seeds,
              kind.equals("png") ? chunks : bytes,
              Format.file("picture." + kind),
              path -> Datasets.imageFolder(path.getParent(), 8),
              DATA));
    }
    formats.add(
        saved("webp", "lossy.webp", "alpha.webp", "alpha-lossless.webp", "orientation6.webp"));
    formats.add(
        saved("tif", "lzw.tif", "jpeg.tif", "group4.tif", "palette.tif", "grey16.tif", "cmyk.tif"));
    formats.add(saved("camera", "cmyk.jpg", "ycck.jpg", "orientation6.jpg", "progressive.jpg"));
    return formats;
  }

  /** Pictures that Java does not write, from files. */
  private static Format saved(String name, String... files) throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (String file : files) {
      try (InputStream in = Formats.class.getResourceAsStream("/pictures/" + file)) {
        seeds.add(in.readAllBytes());
      }
    }
    return new Format(
        name,
        seeds,
        (mutator, seed) -> mutator.bytes(seed, mutator.oneOf(seeds)),
        Format.file("picture.png"),
        path -> Datasets.imageFolder(path.getParent(), 8),
        DATA);
  }

  /** A small picture, in the order of rows or in several passes. */
  private static Optional<byte[]> picture(String kind, int type, boolean passes)
      throws IOException {
    var image = new BufferedImage(9, 7, type);
    for (int i = 0; i < 63; i++) {
      image.setRGB(i % 9, i / 9, 0x04070b * i | 0x80000000);
    }
    Iterator<ImageWriter> writers =
        ImageIO.getImageWriters(ImageTypeSpecifier.createFromRenderedImage(image), kind);
    if (!writers.hasNext()) {
      return Optional.empty();
    }
    ImageWriter writer = writers.next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    if (parameters.canWriteProgressive()) {
      parameters.setProgressiveMode(
          passes ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
    }
    var out = new ByteArrayOutputStream();
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), parameters);
    }
    writer.dispose();
    return Optional.of(out.toByteArray());
  }

  // ---- archives ---------------------------------------------------------------------------------

  private static List<Format> archives() throws IOException {
    byte[] png = picture("png", BufferedImage.TYPE_BYTE_GRAY, false).orElseThrow();
    Format.Mutation inside = Archives::png;
    List<Entry> images =
        List.of(
            new Entry("train/a/0.png", png),
            new Entry("train/b/1.png", png),
            new Entry("test/a/2.png", png));
    List<Entry> bins =
        List.of(
            new Entry(TOP + "/", new byte[0]),
            new Entry(TOP + "/a.bin", new byte[700]),
            new Entry(TOP + "/b/c.bin", new byte[10]));
    Format.Mutation tar = (mutator, seed) -> tar(mutator, images, inside);
    Format.Mutation tarGz = (mutator, seed) -> packed(mutator, tar(mutator, images, inside));
    Format.Mutation unpacked = (mutator, seed) -> tar(mutator, bins, Mutator::bytes);
    Format.Reader open =
        path -> {
          Datasets.open(path.toString(), Split.TRAIN);
          Datasets.open(path.toString(), Split.TEST);
        };
    byte[] intact = Archives.tar(images);
    return List.of(
        new Format("tar", List.of(intact), tar, Format.file("images.tar"), open, DATA),
        new Format(
            "tar.gz",
            List.of(TestFiles.gzip(intact)),
            tarGz,
            Format.file("images.tar.gz"),
            open,
            DATA),
        new Format(
            "tar-unpacked",
            List.of(Archives.tar(bins)),
            unpacked,
            Format.file("archive.tar"),
            Formats::unpack,
            DATA),
        styleGan(png, inside));
  }

  /** Unpacks an archive and deletes what it had, so that only what must not be there is left. */
  private static void unpack(Path archive) throws IOException {
    HiddenReaders.unpack(archive, archive.getParent(), TOP);
    MutationTest.delete(archive.resolveSibling(TOP));
  }

  private static byte[] tar(Mutator mutator, List<Entry> seed, Format.Mutation content)
      throws IOException {
    return Archives.tar(mutator, Archives.entries(mutator, seed, content));
  }

  private static byte[] packed(Mutator mutator, byte[] tar) {
    byte[] gzip = TestFiles.gzip(tar);
    return mutator.oneIn(5) ? mutator.bytes(gzip) : gzip;
  }

  private static Format styleGan(byte[] png, Format.Mutation inside) throws IOException {
    String json = "{\"labels\": [[\"00000/0.png\", 0], [\"00000/1.png\", 1]]}";
    List<Entry> entries =
        List.of(
            new Entry("00000/0.png", png),
            new Entry("00000/1.png", png),
            new Entry("dataset.json", utf8(json)));
    Format.Mutation content =
        (mutator, bytes) -> isJson(bytes) ? mutator.text(bytes) : inside.mutant(mutator, bytes);
    return new Format(
        "stylegan-zip",
        List.of(Archives.zip(entries, true)),
        (mutator, seed) ->
            Archives.zip(mutator, Archives.entries(mutator, entries, content), !mutator.oneIn(4)),
        Format.file("images.zip"),
        path -> Datasets.styleGanZip(path),
        DATA);
  }

  private static boolean isJson(byte[] content) {
    return content.length > 0 && content[0] == '{';
  }

  // ---- words and tags ---------------------------------------------------------------------------

  private static Format wordVectors() {
    byte[] seed = utf8("3 2\nred 0.5 -1e-3\nété 1 2\nstar -3.25 4\n");
    return new Format(
        "word2vec",
        List.of(seed),
        Mutator::text,
        Format.file("words.txt"),
        path -> WordVectors.load(path),
        DATA);
  }

  /** The tags of the first image, and the numbers of a topic's images. */
  private static List<Format> tags() throws IOException {
    byte[] image = picture("jpg", BufferedImage.TYPE_INT_RGB, false).orElseThrow();
    byte[] tags = utf8("sky\nnew york\nété\n");
    byte[] topic = utf8("1\n2\n");
    Format.Reader reader =
        path -> {
          Path root = path.getParent();
          while (!Files.exists(root.resolve("mirflickr"))) {
            root = root.getParent();
          }
          Datasets.mirFlickr(root, 4);
        };
    return List.of(
        new Format(
            "mirflickr-tags",
            List.of(tags),
            Mutator::text,
            (folder, mutant) -> mirFlickr(folder, image, mutant, topic).get(0),
            reader,
            DATA),
        new Format(
            "mirflickr-topic",
            List.of(topic),
            Mutator::text,
            (folder, mutant) -> mirFlickr(folder, image, tags, mutant).get(1),
            reader,
            DATA));
  }

  /** Writes two images with equal tags and a topic; returns the first tags and the topic. */
  private static List<Path> mirFlickr(Path folder, byte[] image, byte[] tags, byte[] topic)
      throws IOException {
    Path images = folder.resolve("mirflickr");
    Path texts = Files.createDirectories(images.resolve("meta").resolve("tags"));
    Path topics = Files.createDirectory(folder.resolve("mirflickr25k_annotations_v080"));
    for (int i = 1; i <= 2; i++) {
      Files.write(images.resolve("im" + i + ".jpg"), image);
      Files.write(texts.resolve("tags" + i + ".txt"), tags);
    }
    return List.of(texts.resolve("tags1.txt"), Files.write(topics.resolve("clouds.txt"), topic));
  }

  // ---- folders ----------------------------------------------------------------------------------

  /** A folder of images with names of all kinds; the mutant has one path in a line. */
  private static Format tree() throws IOException {
    byte[] png = picture("png", BufferedImage.TYPE_BYTE_GRAY, false).orElseThrow();
    List<String> seed = List.of("a/0.png", "a/1.png", "b/2.png");
    Format.Mutation names =
        (mutator, intact) -> {
          var paths = new ArrayList<>(seed);
          return utf8(
              String.join(
                  "\n",
                  mutator.edits(
                      paths,
                      list -> {
                        list.set(mutator.below(3), mutator.name(mutator.oneOf(seed)));
                        return list;
                      })));
        };
    Format.Placement placement =
        (folder, mutant) -> {
          Path tree = Files.createDirectory(folder.resolve("tree"));
          for (String line : new String(mutant, StandardCharsets.UTF_8).split("\n")) {
            place(tree, line, png);
          }
          return tree;
        };
    return new Format(
        "folder",
        List.of(utf8(String.join("\n", seed))),
        names,
        placement,
        path -> Datasets.open(path.toString(), Split.TRAIN),
        DATA);
  }

  /** Puts a picture where the file system takes one. */
  private static void place(Path tree, String name, byte[] png) throws IOException {
    try {
      Path path = tree.resolve(name).normalize();
      if (path.startsWith(tree) && !path.equals(tree)) {
        Files.createDirectories(path.getParent());
        Files.write(path, png);
      }
    } catch (InvalidPathException | FileSystemException e) {
      // This file system has no such name.
    }
  }

  // ---- weights and runs -------------------------------------------------------------------------

  private static Format safeTensors() throws IOException {
    Path file = Files.createTempFile("seed", ".safetensors");
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      var tensors = new LinkedHashMap<String, NDArray>();
      tensors.put("weight", manager.create(new float[] {1, 2, 3, 4, 5, 6}).reshape(2, 3));
      tensors.put("bias", manager.create(new int[] {1, 2}));
      tensors.put("flag", manager.create(new boolean[] {true}));
      SafeTensors.write(file, tensors, Map.of("format", "pt"));
    }
    byte[] seed = Files.readAllBytes(file);
    Files.delete(file);
    return new Format(
        "safetensors",
        List.of(seed),
        Formats::safeTensors,
        Format.file("weights.safetensors"),
        path -> {
          SafeTensors.metadata(path);
          try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            SafeTensors.read(path, manager);
          }
        },
        List.of(IOException.class));
  }

  /** The header is changed and its length made right, or all bytes are changed. */
  static byte[] safeTensors(Mutator mutator, byte[] seed) {
    if (mutator.oneIn(4)) {
      return mutator.bytes(seed);
    }
    int length = (int) ByteBuffer.wrap(seed).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] header = mutator.text(Arrays.copyOfRange(seed, 8, 8 + length));
    return ByteBuffer.allocate(seed.length - length + header.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(seed, 8 + length, seed.length - 8 - length)
        .array();
  }

  private static Format script() throws IOException {
    return new Format(
        "torchscript",
        HiddenScripts.seeds(),
        Formats::script,
        Format.file("network.pt"),
        HiddenScripts::examine,
        List.of(TorchScriptException.class));
  }

  /** Code is changed word by word, pickles and tensors byte by byte. */
  private static byte[] script(Mutator mutator, byte[] seed) throws IOException {
    List<Entry> changed =
        Archives.entries(
            mutator,
            Archives.unzip(seed),
            (m, content) ->
                new String(content, StandardCharsets.ISO_8859_1).startsWith("class")
                    ? m.text(content)
                    : m.bytes(content));
    return Archives.zip(mutator, changed, mutator.oneIn(10));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
