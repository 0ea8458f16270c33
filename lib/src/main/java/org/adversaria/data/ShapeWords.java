package org.adversaria.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What the users of {@link ShapeTags} can say, and their words for it. */
final class ShapeWords {

  static final List<String> LANGUAGES = List.of("English", "German");

  private static final int COLOURS = 6;
  private static final double BIG = 0.69;
  private static final double SMALL = 0.59;

  /**
   * Something that can be said of an image.
   *
   * @param name of the factor
   * @param words by language; one list for all languages where they are names
   */
  record Meaning(String name, List<List<String>> words) {

    List<String> in(int language) {
      return words.get(Math.min(language, words.size() - 1));
    }
  }

  /**
   * A property of an image, or a habit that has nothing to do with it.
   *
   * @param name such as {@code colour}
   * @param attention the probability that a user mentions it, before the user's habit
   * @param meanings its values
   */
  record Factor(String name, double attention, List<Meaning> meanings) {

    /** The number of the meaning that a scene has; -1 for none, and for what no scene shows. */
    int meaning(ShapeScene scene) {
      return switch (name) {
        case "shape" -> scene.outline().ordinal();
        case "colour" -> (int) Math.floor(scene.hue() * COLOURS + 0.5) % COLOURS;
        case "size" -> scene.size() > BIG ? 0 : scene.size() < SMALL ? 1 : -1;
        case "texture" -> scene.texture().ordinal() - 1;
        case "background" -> scene.background().ordinal() - 1;
        default -> -1;
      };
    }

    /** Whether it depends on the image; otherwise each user has one meaning. */
    boolean isSeen() {
      return !HABITS.contains(name);
    }
  }

  private static final List<String> HABITS = List.of("subject", "camera");

  /** Shapes are in the order of {@link ShapeOutline}, colours from red on by the hue. */
  static final List<Factor> FACTORS =
      List.of(
          factor(
              "shape",
              0.9,
              "disk: disk circle | kreis",
              "ring: ring donut | reifen",
              "square: square box | quadrat",
              "triangle: triangle | dreieck",
              "star: star | stern",
              "cross: cross plus | kreuz",
              "crescent: crescent moon | mond",
              "heart: heart love | herz",
              "bar: bar stick | balken",
              "hourglass: hourglass | sanduhr"),
          factor(
              "colour",
              0.8,
              "red: red | rot",
              "purple: purple violet pink | lila",
              "blue: blue | blau",
              "turquoise: turquoise cyan | tuerkis",
              "green: green | gruen",
              "yellow: yellow gold | gelb"),
          factor("size", 0.5, "big: big huge | gross", "small: small tiny | klein"),
          factor(
              "texture",
              0.8,
              "stripes: stripes | streifen",
              "checks: checks chess | karo",
              "dots: dots | punkte"),
          factor("background", 0.4, "gradient: gradient | verlauf", "glow: glow | leuchten"),
          factor("subject", 0.3, "art: art | kunst", "photo: photo | foto"),
          factor("camera", 0.2, "a: nikon", "b: canon", "c: sony"));

  private ShapeWords() {}

  private static Factor factor(String name, double attention, String... meanings) {
    return new Factor(name, attention, Stream.of(meanings).map(ShapeWords::meaning).toList());
  }

  /** A line such as {@code red: red crimson | rot | rouge}. */
  private static Meaning meaning(String line) {
    String[] parts = line.split(": ");
    return new Meaning(
        parts[0],
        Arrays.stream(parts[1].split(" \\| ")).map(words -> List.of(words.split(" "))).toList());
  }
}
