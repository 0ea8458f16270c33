package org.adversaria.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HtmlTest {

  @Test
  void markupIsEscaped() {
    assertThat(Html.escape("<a b=\"c\" d='e'>&"))
        .isEqualTo("&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
  }

  @Test
  void htmlHasAText() {
    assertThat(Html.toText("<p>a <b>b</b></p>\n<p>1 &lt; 2 &amp;amp; c</p>"))
        .isEqualTo("a b\n1 < 2 &amp; c");
    assertThat(Html.toText("a<br/>b<style>p {}</style><img src='x' alt=\"c\">")).isEqualTo("a\nbc");
    assertThat(Html.toText("1 < 2 and 3 > 2")).isEqualTo("1 < 2 and 3 > 2");
    assertThat(Html.toText("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"))
        .isEqualTo("a  b\nc");
  }

  @Test
  void anyBundleHasHtml() {
    assertThat(Html.of(MimeBundle.text("<a>")))
        .isEqualTo("<pre style=\"margin: 0\">&lt;a&gt;</pre>");
    assertThat(Html.of(MimeBundle.html("<b>a</b>", "a"))).isEqualTo("<b>a</b>");
    assertThat(Html.of(MimeBundle.of("image/svg+xml", "<svg/>", "a"))).isEqualTo("<svg/>");
    assertThat(Html.of(MimeBundle.of("text/latex", "$a<b$", "a"))).isEqualTo("<div>$a&lt;b$</div>");
    assertThat(Html.of(MimeBundle.of("image/png", "AAAA", "a \"b\"")))
        .isEqualTo("<img src=\"data:image/png;base64,AAAA\" alt=\"a &quot;b&quot;\">");
    MimeBundle said =
        new MimeBundle(
            Map.of("image/png", "AAAA", "text/plain", "a"),
            Map.of("image/png", Map.of("alt", "said")));
    assertThat(Html.of(said)).contains("alt=\"said\"");
  }
}
