package org.adversaria.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.adversaria.torch.Text;

/**
 * Tags of {@link Shapes} as people would give them: each image has been tagged by one of many
 * simulated users, in the user's language and by the user's habits.
 *
 * <p>What can be said of an image are its shape, its colour, that it is big or small, striped,
 * checked or dotted, and what is behind the shape. For each of these a user has a habit: the
 * probability of mentioning it, and, of the words that the user's language has for it, a preferred
 * one that is taken four times out of five. Half of the users write English, a quarter each German
 * and French. Users also add what no picture shows: their camera, and words such as {@code art}.
 *
 * <p>So the tags of an image are a draw from a distribution with synonyms, languages and omissions,
 * and {@link #distribution} tells it. An image's user and tags are a pure function of the seeds, of
 * the split and of the index.
 */
public final class ShapeTags {

  private static final long USER_STREAM = 5;
  private static final long TAG_STREAM = 6;
  private static final int USERS = 200;
  private static final double PREFERENCE = 0.8;

  private final Shapes shapes;
  private final long seed;
  private final List<ShapeTagger> users;

  private ShapeTags(Shapes shapes, long seed) {
    this.shapes = shapes;
    this.seed = seed;
    users =
        IntStream.range(0, USERS)
            .mapToObj(user -> new ShapeTagger(new SplitMix(seed, USER_STREAM, user), PREFERENCE))
            .toList();
  }

  /**
   * Creates the tags of a data set.
   *
   * @param shapes in colour: users name colours
   * @param seed of users and tags; equal seeds are the same users, also of another split
   * @return the tags
   * @throws IllegalArgumentException if the images are grey
   */
  public static ShapeTags of(Shapes shapes, long seed) {
    if (shapes.channels() != 3) {
      throw new IllegalArgumentException(
          Text.format("'%s' is grey, but users name colours: take 3 channels", shapes.name()));
    }
    return new ShapeTags(shapes, seed);
  }

  /**
   * Draws the tags of all images.
   *
   * @return the images and their tags
   */
  public TaggedImages tagged() {
    return new TaggedImages(
        shapes, IntStream.range(0, shapes.size()).mapToObj(this::draw).toList());
  }

  private List<String> draw(int image) {
    var random = new SplitMix(seed, TAG_STREAM, shapes.split().ordinal(), image);
    return users.get(random.nextInt(USERS)).tags(shapes.scene(image), random);
  }

  /**
   * Computes what all users would tag an image with.
   *
   * @param image its index
   * @param words the vocabulary
   * @return the expected number of uses of each word by a random user
   */
  public float[] distribution(int image, WordVectors words) {
    var expected = new float[words.size()];
    ShapeScene scene = shapes.scene(image);
    for (ShapeTagger user : users) {
      user.expect(
          scene,
          (word, probability) -> {
            if (words.contains(word)) {
              expected[words.number(word)] += (float) (probability / USERS);
            }
          });
    }
    return expected;
  }

  /**
   * Returns the languages.
   *
   * @return their names in English
   */
  public static List<String> languages() {
    return ShapeWords.LANGUAGES;
  }

  /**
   * Returns all words that some user may use.
   *
   * @return what each is said of ({@code "colour"}), its language or {@code "any"}, and the words
   */
  public static List<Group> vocabulary() {
    var groups = new ArrayList<Group>();
    for (ShapeWords.Factor factor : ShapeWords.FACTORS) {
      for (ShapeWords.Meaning meaning : factor.meanings()) {
        for (int language = 0; language < meaning.words().size(); language++) {
          groups.add(
              new Group(
                  factor.name(),
                  meaning.name(),
                  meaning.words().size() == 1 ? "any" : ShapeWords.LANGUAGES.get(language),
                  meaning.words().get(language)));
        }
      }
    }
    return groups;
  }

  /**
   * The words that a language has for something.
   *
   * @param factor what is spoken of: {@code shape}, {@code colour} and others
   * @param meaning such as {@code red}
   * @param language of the words; {@code any} for names
   * @param words synonyms
   */
  public record Group(String factor, String meaning, String language, List<String> words) {}
}
