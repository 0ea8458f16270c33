package org.adversaria.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.adversaria.torch.Text;

/**
 * Reads the labels in {@code dataset.json} of StyleGAN's data tool, {@code {"labels": [["path.png",
 * 5], ...]}}, pair by pair, however many there are.
 */
final class DatasetJson {

  private static final String FIELD = "labels";
  private static final String PAIR =
      "; each must read [\"path.png\", number] with a whole number from 0";

  /** A parser that keeps no table of all names it met. */
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  private final String source;
  private final List<String> images;
  private final Map<String, Integer> positions = new HashMap<>();
  private final int[] labels;
  private final boolean[] known;
  private boolean hasField;
  private boolean labelled;
  private long unknown;
  private String firstUnknown;

  /**
   * Starts without labels.
   *
   * @param source the file, for messages
   * @param images the paths of all images, below the file's folder
   */
  private DatasetJson(String source, List<String> images) {
    this.source = source;
    this.images = images;
    images.forEach(image -> positions.put(image, positions.size()));
    labels = new int[images.size()];
    known = new boolean[images.size()];
  }

  /** What a file says of images. */
  enum Kind {
    /** It has no labels at all, and so is another data set's. */
    OTHER,
    /** Its labels are null. */
    UNLABELLED,
    /** It has a label for every image. */
    LABELLED
  }

  /**
   * The labels of a file.
   *
   * @param kind what the file says
   * @param labels of the images; empty unless they are labelled
   */
  record Labels(Kind kind, int[] labels) {}

  /**
   * Reads a file.
   *
   * @param source the file, for messages
   * @param in its bytes, of which at most {@link Limit#JSON} are read
   * @param images the paths of all images, below the file's folder
   * @throws DataException if it is malformed, or labels and images do not match
   */
  static Labels read(String source, InputStream in, List<String> images) throws IOException {
    var reader = new DatasetJson(source, images);
    long most = Limit.JSON.value();
    try (var counted =
            new CountedInput(
                in, most, () -> Limit.JSON.exceeded(source + " has more than " + most + " bytes"));
        JsonParser json = JSON.createParser(counted)) {
      reader.read(json);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new DataException(
          Text.format(
              "%s is not JSON (%s, line %d, column %d); mend it or make the data set again",
              source,
              e.getOriginalMessage(),
              at == null ? 0 : at.getLineNr(),
              at == null ? 0 : at.getColumnNr()),
          e);
    }
    return reader.labels();
  }

  private void read(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw wrong("begins with " + shown(json) + "; it must read {\"labels\": [...]}", json);
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean isLabels = json.currentName().equals(FIELD);
      hasField |= isLabels;
      json.nextToken();
      if (!isLabels || json.currentToken() == JsonToken.VALUE_NULL) {
        json.skipChildren();
      } else if (json.currentToken() == JsonToken.START_ARRAY) {
        readPairs(json);
      } else {
        throw wrong(
            "has " + shown(json) + " as labels; they are a list [[\"path.png\", 0], ...] or null",
            json);
      }
    }
    if (json.nextToken() != null) {
      throw wrong("goes on after its object, with " + shown(json), json);
    }
  }

  private void readPairs(JsonParser json) throws IOException {
    labelled = true;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.START_ARRAY) {
        throw wrong("has the label entry " + shown(json) + PAIR, json);
      }
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw wrong("has a label entry that starts with " + shown(json) + PAIR, json);
      }
      String path = json.getText();
      json.nextToken();
      String label = shown(json);
      if (!label.matches("[0-9]{1,18}")) {
        throw wrong("gives '" + Text.visible(path) + "' the label " + label + PAIR, json);
      }
      if (json.nextToken() != JsonToken.END_ARRAY) {
        throw wrong("has more than a label for '" + Text.visible(path) + "'" + PAIR, json);
      }
      add(path, Long.parseLong(label), json);
    }
  }

  private void add(String path, long label, JsonParser json) {
    Limit.CLASSES.require(
        label + 1,
        () ->
            Text.format(
                "%s gives '%s' the label %d, but labels are consecutive numbers from 0: it makes %d"
                    + " classes",
                source, Text.visible(path), label, label + 1));
    Integer position = positions.get(path.replace('\\', '/'));
    if (position == null) {
      unknown++;
      firstUnknown = firstUnknown == null || path.compareTo(firstUnknown) < 0 ? path : firstUnknown;
    } else if (known[position]) {
      throw wrong("labels '" + Text.visible(path) + "' twice; make the data set again", json);
    } else if (label == (int) label) {
      labels[position] = (int) label;
      known[position] = true;
    } else {
      throw wrong("gives '" + Text.visible(path) + "' the label " + label + PAIR, json);
    }
  }

  /** Requires what the file as a whole has to fulfil. */
  private Labels labels() {
    if (!hasField) {
      return new Labels(Kind.OTHER, new int[0]);
    }
    if (!labelled) {
      return new Labels(Kind.UNLABELLED, new int[0]);
    }
    requireComplete();
    requireConsecutive();
    return new Labels(Kind.LABELLED, labels);
  }

  private void requireComplete() {
    Optional<String> without =
        IntStream.range(0, known.length).filter(i -> !known[i]).mapToObj(images::get).findFirst();
    if (without.isPresent()) {
      long count = IntStream.range(0, known.length).filter(i -> known[i]).count() + unknown;
      throw new DataException(
          Text.format(
              "%s has no label for '%s', and labels for %d images; label every image or set \"labels\" to null",
              source, without.get(), count));
    }
    if (unknown > 0) {
      throw new DataException(
          Text.format(
              "%s labels %d images that are not there, first %s; make the data set again",
              source, unknown, Text.visible(firstUnknown)));
    }
  }

  /** Few classes may lack images, as in a part of a data set; labels of another kind have gaps. */
  private void requireConsecutive() {
    int least = IntStream.of(labels).min().orElse(0);
    int most = IntStream.of(labels).max().orElse(0);
    long different = IntStream.of(labels).distinct().count();
    if (least > 0 || most >= 2 * different) {
      throw new DataException(
          Text.format(
              "%s has %d different labels from %d to %d; labels are consecutive numbers from 0",
              source, different, least, most));
    }
  }

  /** A token as messages show it. */
  private static String shown(JsonParser json) throws IOException {
    JsonToken token = json.currentToken();
    return switch (token == null ? JsonToken.NOT_AVAILABLE : token) {
      case NOT_AVAILABLE -> "nothing";
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "the text '" + Text.visible(json.getText()) + "'";
      default -> Text.visible(json.getText());
    };
  }

  private DataException wrong(String what, JsonParser json) {
    return new DataException(
        Text.format("%s %s (line %d)", source, what, json.currentTokenLocation().getLineNr()));
  }
}
