package org.adversaria.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.adversaria.data.ImageOptions;
import org.adversaria.data.Split;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotebookTest {

  /** What was shown, in order: the place's name, whether it is new there, and the content. */
  private record Shown(String id, boolean isNew, MimeBundle content) {

    String text() {
      return content.data().get(MimeBundle.TEXT).toString();
    }

    String html() {
      return content.data().get(MimeBundle.HTML).toString();
    }
  }

  private final List<Shown> shown = new ArrayList<>();

  @BeforeEach
  void connect() {
    Notebook.connect(
        new FrontEnd() {
          @Override
          public void display(MimeBundle content, String id) {
            shown.add(new Shown(id, true, content));
          }

          @Override
          public void update(MimeBundle content, String id) {
            shown.add(new Shown(id, false, content));
          }
        });
  }

  @AfterEach
  void disconnect() {
    Notebook.connect(null);
  }

  @Test
  void withoutAKernelItSaysSo() {
    Notebook.connect(null);
    assertThatIllegalStateException().isThrownBy(() -> Notebook.show(1));
  }

  @Test
  void showTakesStringsAsHtml() {
    Notebook.show("<b>a</b>", 1, null, new int[] {1});
    assertThat(shown).extracting(Shown::text).containsExactly("a", "1", "null", "int[1] {1}");
    assertThat(shown.get(0).html()).isEqualTo("<div><b>a</b></div>");
    assertThat(shown).allMatch(each -> each.id == null && each.isNew);
    Notebook.show((Object[]) null);
    assertThat(shown.get(4).text()).isEqualTo("null");
  }

  @Test
  void panelsAreFilledAnewInTheirPlace() {
    Panel panel = Notebook.panel();
    assertThat(shown).isEmpty();
    panel.update("<i>step 1</i>", new BufferedImage(2, 3, BufferedImage.TYPE_INT_RGB));
    panel.update(List.of("<a>"));
    assertThat(shown).extracting(Shown::isNew).containsExactly(true, false);
    assertThat(shown.get(1).id).isEqualTo(shown.get(0).id).isNotNull();
    assertThat(shown.get(0).text()).isEqualTo("step 1\npicture, 2 x 3");
    assertThat(shown.get(0).html())
        .startsWith("<div><i>step 1</i></div>\n<img src=\"data:image/png;base64,")
        .endsWith("alt=\"picture, 2 x 3\">");
    assertThat(shown.get(1).html()).isEqualTo("<pre style=\"margin: 0\">[&lt;a&gt;]</pre>");
    Notebook.panel().update("b");
    assertThat(shown.get(2).id).isNotEqualTo(shown.get(0).id);
  }

  @Test
  void picturesHaveWordsForThoseWhoCannotSeeThem() {
    var image = new BufferedImage(2, 3, BufferedImage.TYPE_INT_RGB);
    MimeBundle picture = Notebook.picture("a \"disk\"", image);
    assertThat(picture.data().get(MimeBundle.TEXT)).isEqualTo("a \"disk\"");
    assertThat(picture.metadata().get("image/png"))
        .isEqualTo(Map.of("alt", "a \"disk\"", "width", 2, "height", 3));
    Notebook.panel().update(picture);
    assertThat(shown.get(0).html()).endsWith("alt=\"a &quot;disk&quot;\">");
  }

  @Test
  void displaysAreUpdatedByTheirName() {
    String id = Display.display("<text>");
    Display.updateDisplay(id, Notebook.html("<b>1</b>"));
    assertThat(shown)
        .containsExactly(
            new Shown(id, true, MimeBundle.text("<text>")),
            new Shown(id, false, MimeBundle.html("<b>1</b>", "1")));
  }

  @Test
  void markdownAndLatexHaveTheirTypes() {
    assertThat(Notebook.markdown("*a*").data())
        .isEqualTo(Map.of("text/markdown", "*a*", "text/plain", "*a*"));
    assertThat(Notebook.latex("$x$").data())
        .isEqualTo(Map.of("text/latex", "$x$", "text/plain", "$x$"));
  }

  record Celsius(double degrees) {}

  @Test
  void readersRegisterRenderers() {
    Notebook.renderer(Celsius.class, c -> Notebook.html("<b>" + c.degrees() + " C</b>"));
    Notebook.show(new Celsius(1.5));
    assertThat(shown.get(0).text()).isEqualTo("1.5 C");
  }

  @Test
  void progressIsDrawnTenTimesASecondAtMost() {
    long[] now = {0};
    var progress = new Progress("<steps>", 1000, () -> now[0]);
    for (int i = 0; i < 420; i++) {
      now[0] += 10_000_000;
      progress.step();
    }
    assertThat(shown).hasSize(43);
    assertThat(shown).extracting(Shown::isNew).startsWith(true, false).containsOnlyOnce(true);
    assertThat(shown.get(0).text()).isEqualTo("<steps>  0% 0/1,000 [00:00<?]");
    assertThat(shown.get(42).text()).isEqualTo("<steps>  42% 420/1,000 [00:04<00:05]");
    assertThat(shown.get(42).html())
        .contains(
            "&lt;steps&gt; <progress value=\"420\" max=\"1000\"", "42%, 420 of 1,000", "00:05 left")
        .doesNotContain("<steps>");
    progress.step();
    assertThat(shown).hasSize(43);
    progress.close();
    assertThat(shown).hasSize(44);
    assertThat(shown.get(43).text()).startsWith("<steps>  42% 421/1,000");
    progress.close();
    progress.to(1000);
    assertThat(shown).hasSize(44);
  }

  @Test
  void theEndOfProgressIsShownAtOnce() {
    try (Progress progress = Notebook.progress("a", 3)) {
      progress.to(2);
      progress.to(3);
    }
    assertThat(shown.get(shown.size() - 1).text()).isEqualTo("a  100% 3/3 [00:00<00:00]");
  }

  @Test
  void progressOverValuesCountsThem() {
    List<Integer> seen = new ArrayList<>();
    for (int value : Notebook.progress("a", List.of(1, 2, 3))) {
      seen.add(value);
    }
    assertThat(seen).containsExactly(1, 2, 3);
    assertThat(shown.get(shown.size() - 1).text()).isEqualTo("a  100% 3/3 [00:00<00:00]");

    Iterable<Integer> unknown = () -> IntStream.range(0, 5).iterator();
    Notebook.progress("b", unknown).forEach(seen::add);
    assertThat(shown.get(shown.size() - 1).text()).isEqualTo("b  5 [00:00]");
    Notebook.progress("c", List.<Integer>of()).forEach(seen::add);
    assertThat(shown.get(shown.size() - 1).text()).startsWith("c  100% 0/0");
  }

  @Test
  void settingsAreTheirDefaultsUnlessGiven(@TempDir Path folder) throws Exception {
    Path asked = folder.resolve("asked");
    var settings =
        new Settings(
            Map.of(
                "ADVERSARIA_SETTINGS",
                "steps=20&name=a+%26b&flag=yes",
                "ADVERSARIA_SETTINGS_ASKED",
                asked.toString()));
    assertThat(settings.read("steps", 1, "a whole number", Integer::valueOf)).isEqualTo(20);
    assertThat(settings.read("name", "x", "a text", text -> text)).isEqualTo("a &b");
    assertThat(settings.read("other", 1.5, "a number", Double::valueOf)).isEqualTo(1.5);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.read("flag", true, "true or false", Settings::parseBoolean))
        .withMessage(
            "--set flag=yes: the setting \"flag\" takes true or false (its default is true)");
    assertThat(Files.readAllLines(asked)).containsExactly("steps", "name", "other", "flag");
    assertThat(Notebook.setting("anything", 7)).isEqualTo(7);
    assertThat(Notebook.setting("anything", 7L)).isEqualTo(7L);
    assertThat(Notebook.setting("anything", 0.5)).isEqualTo(0.5);
    assertThat(Notebook.setting("anything", true)).isTrue();
    assertThat(Notebook.setting("anything", "a")).isEqualTo("a");
  }

  @Test
  void imagesOfAPathAreReadAsTheSettingsSay() {
    assertThat(Notebook.imageOptions(Split.TEST))
        .isEqualTo(ImageOptions.standard().withSplit(Split.TEST));
    Map.of("resolution", "48", "fit", "pad", "skipBroken", "true").forEach(Notebook::given);
    assertThat(Notebook.imageOptions(Split.TRAIN))
        .isEqualTo(
            ImageOptions.standard()
                .withResolution(48)
                .withFit(ImageOptions.Fit.PAD)
                .withSkipBroken(true));
    Notebook.given("fit", "stretch");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Notebook.imageOptions(Split.TRAIN))
        .withMessageContaining("fit=stretch")
        .withMessageContaining("crop or pad");
    Map.of("resolution", "0", "fit", "crop", "skipBroken", "false").forEach(Notebook::given);
  }
}
