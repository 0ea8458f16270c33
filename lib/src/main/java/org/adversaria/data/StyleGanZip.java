package org.adversaria.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.adversaria.torch.Text;

/**
 * Reads a zip of images with {@code dataset.json}, the format of StyleGAN's data tool.
 *
 * <p>All failures, whatever the zip holds, are {@link DataException}s with its name.
 */
final class StyleGanZip {

  private static final String LABELS = "dataset.json";
  private static final String FIELD = "labels";
  private static final String PAIR =
      "; each must read [\"path.png\", number] with a whole number from 0";

  /** A parser that keeps no table of all names it met. */
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  private final Path archive;
  private final ZipFile zip;

  private StyleGanZip(Path archive, ZipFile zip) {
    this.archive = archive;
    this.zip = zip;
  }

  static ImageBytes read(Path archive) {
    Unpacked.requireRegular(archive);
    try (var zip = new ZipFile(archive.toFile())) {
      return new StyleGanZip(archive, zip).images();
    } catch (DataException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      // The latter: names that are not in UTF-8.
      throw Unpacked.unreadable(archive, e);
    }
  }

  private ImageBytes images() throws IOException {
    List<ZipEntry> entries =
        zip.stream()
            .filter(entry -> !entry.isDirectory() && ImageFiles.isImage(entry.getName()))
            .sorted(Comparator.comparing(ZipEntry::getName))
            .<ZipEntry>map(entry -> entry)
            .toList();
    ImageFiles.requireImages(archive, entries);
    entries.forEach(this::requireName);
    ImageFiles.requireDifferent(archive, entries.stream().map(ZipEntry::getName).toList());
    int[] labels = labels(entries);
    var files = new ArrayList<ImageFiles.Labelled>();
    try (var decoder = new Decoder(archive.toString(), ImageFiles.AS_THEY_ARE, entries.size())) {
      for (int i = 0; i < entries.size(); i++) {
        ZipEntry entry = entries.get(i);
        String source = archive + "!" + entry.getName();
        files.add(new ImageFiles.Labelled(source, labels[i]));
        if (!decoder.add(source, entry.getSize(), () -> content(source, entry))) {
          break;
        }
      }
      int classes = 1 + IntStream.of(labels).max().orElse(0);
      List<String> names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
      String name = archive.getFileName().toString().replaceFirst("\\.zip$", "");
      return ImageFiles.assemble(name, archive, files, decoder.pictures(), names);
    }
  }

  private void requireName(ZipEntry entry) {
    if (!Text.isVisible(entry.getName())) {
      throw new DataException(
          Text.format(
              "%s has the entry '%s', whose name has control characters; make the archive again",
              archive, Text.visible(entry.getName())));
    }
  }

  private byte[] content(String source, ZipEntry entry) throws IOException {
    byte[] bytes;
    try (InputStream in = zip.getInputStream(entry)) {
      bytes = Unpacked.exactly(in, entry.getSize(), source);
    }
    var checksum = new CRC32();
    checksum.update(bytes);
    if (checksum.getValue() != entry.getCrc()) {
      throw new DataException(
          Text.format(
              "%s is damaged: its CRC-32 is %08x, but should be %08x; get the archive again",
              source, checksum.getValue(), entry.getCrc()));
    }
    return bytes;
  }

  /** The label of every image; 0 for an unlabelled data set. */
  private int[] labels(List<ZipEntry> images) throws IOException {
    var labels = new int[images.size()];
    ZipEntry entry = zip.getEntry(LABELS);
    if (entry == null) {
      return labels;
    }
    Limit.JSON.require(
        entry.getSize(), () -> Text.format("%s!%s has %d bytes", archive, LABELS, entry.getSize()));
    Map<String, Integer> positions = new HashMap<>();
    images.forEach(image -> positions.put(image.getName(), positions.size()));
    var reader = new Labels(positions, labels);
    long most = Limit.JSON.value();
    try (var in =
            new CountedInput(
                zip.getInputStream(entry),
                most,
                () ->
                    Limit.JSON.exceeded(
                        Text.format("%s!%s has more than %d bytes", archive, LABELS, most)));
        JsonParser json = JSON.createParser(in)) {
      reader.read(json);
    } catch (JsonProcessingException e) {
      throw new DataException(
          Text.format(
              "%s!%s is not JSON (%s); make the archive again",
              archive, LABELS, e.getOriginalMessage()),
          e);
    }
    reader.requireComplete(images);
    return labels;
  }

  /** Reads {@code {"labels": [["path.png", 5], ...]}} pair by pair, however many there are. */
  private final class Labels {

    private final Map<String, Integer> positions;
    private final int[] labels;
    private final boolean[] known;
    private long pairs;
    private long unknown;
    private String firstUnknown;

    Labels(Map<String, Integer> positions, int[] labels) {
      this.positions = positions;
      this.labels = labels;
      this.known = new boolean[labels.length];
    }

    void read(JsonParser json) throws IOException {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw wrong("begins with " + shown(json) + "; it must read {\"labels\": [...]}");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean labelled = json.currentName().equals(FIELD);
        json.nextToken();
        if (!labelled || json.currentToken() == JsonToken.VALUE_NULL) {
          json.skipChildren();
        } else if (json.currentToken() == JsonToken.START_ARRAY) {
          readPairs(json);
        } else {
          throw wrong(
              "has "
                  + shown(json)
                  + " as labels; they are a list [[\"path.png\", 0], ...] or null");
        }
      }
      if (json.nextToken() != null) {
        throw wrong("goes on after its object, with " + shown(json));
      }
    }

    private void readPairs(JsonParser json) throws IOException {
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
          throw wrong("has the label entry " + shown(json) + PAIR);
        }
        if (json.nextToken() != JsonToken.VALUE_STRING) {
          throw wrong("has a label entry that starts with " + shown(json) + PAIR);
        }
        String path = json.getText();
        json.nextToken();
        String label = shown(json);
        if (!label.matches("[0-9]{1,18}")) {
          throw wrong("gives '" + Text.visible(path) + "' the label " + label + PAIR);
        }
        if (json.nextToken() != JsonToken.END_ARRAY) {
          throw wrong("has more than a label for '" + Text.visible(path) + "'" + PAIR);
        }
        add(path, Long.parseLong(label));
      }
    }

    private void add(String path, long label) {
      Limit.CLASSES.require(
          label + 1,
          () ->
              Text.format(
                  "%s!%s gives '%s' the label %d, which makes %d classes",
                  archive, LABELS, Text.visible(path), label, label + 1));
      pairs++;
      Integer position = positions.get(path);
      if (position == null) {
        unknown++;
        firstUnknown =
            firstUnknown == null || path.compareTo(firstUnknown) < 0 ? path : firstUnknown;
      } else if (known[position]) {
        throw wrong("labels '" + Text.visible(path) + "' twice; make the archive again");
      } else {
        labels[position] = (int) label;
        known[position] = true;
      }
    }

    private void requireComplete(List<ZipEntry> images) {
      for (int i = 0; i < known.length && pairs > 0; i++) {
        if (!known[i]) {
          throw new DataException(
              Text.format(
                  "%s!%s has no label in %s, which has %d; label every image or set \"labels\" to null",
                  archive, images.get(i).getName(), LABELS, pairs));
        }
      }
      if (unknown > 0) {
        throw wrong(
            Text.format(
                "labels %d images that the archive does not have, first %s; make the archive again",
                unknown, Text.visible(firstUnknown)));
      }
    }

    /** A token as messages show it. */
    private String shown(JsonParser json) throws IOException {
      JsonToken token = json.currentToken();
      return switch (token == null ? JsonToken.NOT_AVAILABLE : token) {
        case NOT_AVAILABLE -> "nothing";
        case START_OBJECT -> "an object";
        case START_ARRAY -> "a list";
        case VALUE_STRING -> "the text '" + Text.visible(json.getText()) + "'";
        default -> Text.visible(json.getText());
      };
    }

    private DataException wrong(String what) {
      return new DataException(archive + "!" + LABELS + " " + what);
    }
  }
}
