package org.adversaria.notebook;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.adversaria.torch.Text;

/**
 * Sentences about numbers that were just computed, each tested. A sentence that does not hold, in a
 * shorter run or on other data, is marked.
 */
public final class Claims {

  private record Claim(boolean holds, String text) {}

  private final List<Claim> claims = new ArrayList<>();

  Claims() {}

  /**
   * Adds a sentence.
   *
   * @param holds whether the numbers bear it out
   * @param format the sentence in Markdown, in the syntax of {@link java.util.Formatter}
   * @param values the numbers in it
   * @return this
   */
  public Claims add(boolean holds, String format, Object... values) {
    claims.add(new Claim(holds, Text.format(format, values)));
    return this;
  }

  /** How many of the sentences hold. */
  long holding() {
    return claims.stream().filter(Claim::holds).count();
  }

  MimeBundle bundle() {
    String list =
        claims.stream()
            .map(claim -> (claim.holds ? "- ✓ " : "- ✗ **not in this run:** ") + claim.text)
            .collect(Collectors.joining("\n"));
    return MimeBundle.of("text/markdown", list, list);
  }

  @Override
  public String toString() {
    return String.valueOf(Renderers.render(this).data().get(MimeBundle.TEXT));
  }
}
