package org.adversaria.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What the users of {@link ShapeTags} can say, and their words for it. */
final class ShapeWords {

  static final List<String> LANGUAGES = List.of("English", "German", "French");

  private static final int COLOURS = 6;
  private static final double BIG = 0.69;
  private static final double SMALL = 0.59;
  private static final double TILTED = 7;

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
        case "tilt" -> Math.abs(scene.rotation()) > TILTED ? 0 : -1;
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

  private static final List<String> HABITS = List.of("subject", "camera", "town");

  /** Shapes are in the order of {@link ShapeOutline}, colours from red on by the hue. */
  static final List<Factor> FACTORS =
      List.of(
          factor(
              "shape",
              0.85,
              "disk: disk circle round | kreis scheibe | cercle disque",
              "ring: ring hoop donut | reifen ringe | anneau cerceau",
              "square: square box | quadrat viereck | carre",
              "triangle: triangle pyramid | dreieck pyramide | trigone triangles",
              "star: star stars | stern | etoile astre",
              "cross: cross plus | kreuz | croix",
              "crescent: crescent moon | mond sichel | lune croissant",
              "heart: heart love | herz liebe | coeur amour",
              "bar: bar stick | balken stab | barre baton",
              "hourglass: hourglass time | sanduhr zeit | sablier temps"),
          factor(
              "colour",
              0.75,
              "red: red crimson | rot | rouge",
              "purple: purple violet pink | lila rosa | mauve rose",
              "blue: blue navy | blau | bleu azur",
              "turquoise: turquoise cyan aqua | tuerkis | sarcelle",
              "green: green lime | gruen | vert",
              "yellow: yellow gold | gelb | jaune dore"),
          factor(
              "size",
              0.4,
              "big: big large huge | gross | grand",
              "small: small tiny | klein | petit"),
          factor("tilt", 0.2, "tilted: tilted slanted | schief | penche"),
          factor(
              "texture",
              0.7,
              "stripes: stripes striped | streifen | rayures raye",
              "checks: checks chess | karo schach | carreaux damier",
              "dots: dots dotted polka | punkte | pois"),
          factor(
              "background",
              0.4,
              "gradient: gradient fade | verlauf | degrade",
              "glow: glow light | leuchten licht | lueur lumiere"),
          factor(
              "subject",
              0.35,
              "art: art abstract | kunst abstrakt | dessin abstrait",
              "geometry: geometry shape | geometrie form | geometrique forme",
              "photo: photo picture | foto bild | image cliche"),
          factor("camera", 0.25, "a: nikon", "b: canon", "c: sony", "d: pentax"),
          factor(
              "town",
              0.25,
              "a: london | berlin | paris",
              "b: boston | hamburg | lyon",
              "c: sydney | wien | lille"));

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
