package org.adversaria.kernel.help;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Plain text of the HTML that {@link DocHtml} writes. */
final class HtmlText {

  private static final Pattern PART = Pattern.compile("<(/?)(\\w+)>|[^<]+|<");
  private static final Set<String> PARAGRAPHS =
      Set.of(
          "p", "pre", "ul", "ol", "dl", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6");
  private static final Set<String> LINES = Set.of("br", "tr", "dt", "hr");

  private final StringBuilder text = new StringBuilder();
  private int depth;
  private boolean preformatted;

  private HtmlText() {}

  /** The text, with empty lines between paragraphs and dashes before the items of lists. */
  static String of(String html) {
    var writer = new HtmlText();
    Matcher part = PART.matcher(html);
    while (part.find()) {
      if (part.group(2) != null) {
        writer.element(part.group(2), !part.group(1).isEmpty());
      } else {
        writer.write(unescape(part.group()));
      }
    }
    return writer.text.toString().replaceAll("[ \t]+\n", "\n").replaceAll("\n{3,}", "\n\n").strip();
  }

  private static String unescape(String text) {
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
  }

  private void element(String name, boolean end) {
    if (name.equals("pre")) {
      preformatted = !end;
    }
    boolean list = name.equals("ul") || name.equals("ol");
    if (list) {
      depth += end ? -1 : 1;
      lines(depth == 0 && end ? 2 : 1);
    } else if (PARAGRAPHS.contains(name)) {
      lines(depth == 0 ? 2 : 1);
    } else if (name.equals("li") && !end) {
      lines(1);
      text.append("  ".repeat(Math.max(depth, 1))).append("- ");
    } else if (name.equals("dd") && !end) {
      lines(1);
      text.append("    ");
    } else if ((name.equals("td") || name.equals("th")) && end) {
      text.append("  ");
    } else if (LINES.contains(name)) {
      lines(1);
    }
  }

  private void lines(int count) {
    if (text.isEmpty()) {
      return;
    }
    int there = 0;
    while (there < text.length() && text.charAt(text.length() - 1 - there) == '\n') {
      there++;
    }
    text.append("\n".repeat(Math.max(0, count - there)));
  }

  private void write(String content) {
    if (preformatted) {
      text.append(content);
      return;
    }
    String flat = content.replaceAll("\\s+", " ");
    boolean atStart = text.isEmpty() || Character.isWhitespace(text.charAt(text.length() - 1));
    text.append(atStart ? flat.stripLeading() : flat);
  }
}
