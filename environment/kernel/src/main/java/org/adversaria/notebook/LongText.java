package org.adversaria.notebook;

import org.adversaria.torch.Text;

/** Text as it is; where it is long, its start, and all of it in a fold. */
final class LongText {

  private static final int LONGEST = 4_000;
  private static final int MOST_LINES = 60;
  private static final int LONGEST_FOLD = 200_000;

  private LongText() {}

  static MimeBundle render(String text) {
    int cut = cut(text);
    if (cut == text.length()) {
      return MimeBundle.text(text);
    }
    String start = text.substring(0, cut);
    String left = Text.format("... %,d more characters", text.length() - cut);
    return MimeBundle.html(Html.pre(start) + fold(text, left), start.stripTrailing() + "\n" + left);
  }

  private static String fold(String text, String left) {
    int end = boundary(text, LONGEST_FOLD);
    String rest =
        end == text.length()
            ? ""
            : Text.format("<p>... %,d more characters</p>", text.length() - end);
    return Text.format("<details><summary>%s: show all</summary>", left)
        + Html.pre(text.substring(0, end))
        + rest
        + "</details>";
  }

  /** Where a text is cut: after so many lines or characters, at its end if it has fewer. */
  private static int cut(String text) {
    int end = boundary(text, LONGEST);
    int lines = 0;
    for (int i = 0; i < end; i++) {
      if (text.charAt(i) == '\n' && ++lines == MOST_LINES) {
        return i + 1;
      }
    }
    return end;
  }

  /** The end of the first so many characters, with no character cut in two. */
  static int boundary(String text, int limit) {
    if (text.length() <= limit) {
      return text.length();
    }
    return Character.isHighSurrogate(text.charAt(limit - 1)) ? limit - 1 : limit;
  }
}
