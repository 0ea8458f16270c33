package org.adversaria.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.figures.ChartOptions;
import org.adversaria.methods.ConditionalGan;
import org.adversaria.training.Training;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;

class TrialsTest {

  private final List<MimeBundle> shown = new ArrayList<>();
  private final ImageData data = Shapes.builder().resolution(16).size(100).build();

  @BeforeEach
  void connect() {
    Notebook.connect(
        new FrontEnd() {
          @Override
          public void display(MimeBundle content, String id) {
            shown.add(content);
          }

          @Override
          public void update(MimeBundle content, String id) {
            shown.add(content);
          }
        });
  }

  @AfterEach
  void disconnect() {
    Notebook.connect(null);
  }

  private ConditionalGan method() {
    return ConditionalGan.builder(data).preset("quick").build();
  }

  @Test
  void aTrainingIsSeenWhileItRuns(@TempDir Path folder) throws Exception {
    Live live = Notebook.live(data).titled("<cGAN>").samples(4).losses(ChartOptions.defaults());
    try (var run =
        Training.of(method()).on(data).steps(4).directory(folder).reportEvery(2, live).start()) {
      assertThat(Live.losses(run.log()).columnNames())
          .containsExactlyInAnyOrder("step", "discriminator", "generator");
    }
    assertThat(shown).hasSizeGreaterThanOrEqualTo(2);
    MimeBundle last = shown.get(shown.size() - 1);
    assertThat(last.data().get(MimeBundle.TEXT).toString()).contains("<cGAN>: step 4 of 4, ");
    assertThat(last.data().get(MimeBundle.HTML).toString()).contains("&lt;cGAN&gt;: step 4 of 4");
    assertThat(live.film().gif()).isNotEmpty();
  }

  @Test
  void methodsAndSeedsAreTrainedAndMeasured(@TempDir Path folder) throws Exception {
    try (Trials trials =
        Notebook.trials(data, 2, 2)
            .in(folder)
            .samples(2)
            .watch(report -> new double[] {report.step(), 1}, "a", "b")) {
      trials.train("one", method());
      List<Long> looks = new ArrayList<>();
      trials.train("two", method(), report -> looks.add(report.step()));
      assertThat(looks).contains(2L).doesNotHaveDuplicates();
      assertThat(trials.names()).containsExactly("one", "two");
      assertThat(trials.runs("two")).hasSize(2);
      assertThat(trials.watched("one").columnNames()).containsExactly("step", "a", "b");
      assertThat(trials.watchedOfAll("a").columnNames()).containsExactly("step", "one", "two");

      Table scores = trials.scores(run -> new double[] {run.record().seed() * 10}, "tens");
      assertThat(scores.name()).isEqualTo("after 2 steps, 2 seeds each");
      assertThat(scores.stringColumn("method").asList())
          .containsExactly("one", "one", "two", "two");
      assertThat(scores.doubleColumn("tens").asList()).containsExactly(10.0, 20.0, 10.0, 20.0);
      assertThat(trials.pictures(3, 1)).hasSize(2);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> trials.runs("three"))
          .withMessage("three has not been trained; there are [one, two]");
    }
  }

  @Test
  void theFirstImagesOfEachClass() {
    assertThat(Notebook.firstOfEachClass(data, 2).getHeight()).isGreaterThan(160);
  }
}
