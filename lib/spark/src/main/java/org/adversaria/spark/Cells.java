package org.adversaria.spark;

import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.adversaria.config.SettingsJson;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.data.Split;
import org.adversaria.methods.Methods;
import org.adversaria.metrics.Evaluation;
import org.adversaria.metrics.NamedMetric;
import org.adversaria.models.Generator;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Text;
import org.adversaria.training.GanNetworks;
import org.adversaria.training.Method;
import org.adversaria.training.MethodSettings;
import org.adversaria.training.Networks;
import org.adversaria.training.Player;
import org.adversaria.training.RunRecord;

/** The cells of a sweep. */
final class Cells {

  private Cells() {}

  /**
   * Returns all cells: methods, then presets, then seeds.
   *
   * @throws IllegalArgumentException if the data cannot be opened, a method does not learn from
   *     them, there is no such preset or setting, or a score cannot be computed of so many samples
   *     or such data; the message says which
   */
  static List<Cell> of(SweepFile file) {
    ImageData data = SweepData.reopen(file.data(), file.images());
    Map<String, String> changes = texts(file.settings());
    var cells = new ArrayList<Cell>();
    for (String name : file.methods()) {
      for (String preset : file.presets()) {
        String method = Methods.named(name).name();
        Method<?> built = method(method, preset, changes, data);
        requireScores(file, built, data);
        double cost = file.steps() * costOfStep(built);
        for (long seed : file.seeds()) {
          cells.add(cell(file, method, preset, seed, changes, built, data, cost));
        }
      }
    }
    return cells;
  }

  private static Cell cell(
      SweepFile file,
      String method,
      String preset,
      long seed,
      Map<String, String> changes,
      Method<?> built,
      ImageData data,
      double cost) {
    return new Cell(
        method,
        preset,
        seed,
        changes,
        SettingsJson.write(built.settings()),
        file.data(),
        file.images(),
        data.checksum(),
        file.flip(),
        file.steps(),
        file.precision(),
        file.checkpointEvery(),
        file.scores().stream().sorted().toList(),
        file.samples(),
        RunRecord.libraryVersion(),
        cost);
  }

  /** Requires that the scores can be computed once the networks are trained. */
  private static void requireScores(SweepFile file, Method<?> method, ImageData data) {
    List<NamedMetric> scores = file.scores().stream().map(NamedMetric::named).toList();
    if (scores.isEmpty()
        || !(method.newNetworks().byName().get(GanNetworks.GENERATOR)
            instanceof Generator generator)) {
      return;
    }
    if (scores.contains(NamedMetric.IS) && data.numClasses() < 2) {
      throw new IllegalArgumentException(
          Text.format(
              "The score %s is computed from the logits of a classifier of 2 classes at least,"
                  + " and %s has %d: leave it out, or take data with classes",
              NamedMetric.IS.word(), data.name(), data.numClasses()));
    }
    Evaluation evaluation =
        Evaluation.of(generator).named(method.name()).against(data).samples(file.samples());
    scores.forEach(
        score ->
            score.ask(
                evaluation, () -> Datasets.open(file.data(), file.images().withSplit(Split.TEST))));
    try {
      evaluation.check();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          Text.format(
              "The scores %s cannot be computed: %s",
              String.join(", ", file.scores()), e.getMessage()),
          e);
    }
  }

  /** Makes a method by names. */
  static Method<?> method(String name, String preset, Map<String, String> changes, ImageData data) {
    try {
      return MethodSettings.changed(
          Methods.named(name).builder(data).preset(preset).build(), changes);
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      throw new IllegalArgumentException(
          Text.format("%s with the preset %s: %s", name, preset, e.getMessage()), e);
    }
  }

  /** Values of a JSON file as the paths of settings take them. */
  private static Map<String, String> texts(Map<String, Object> settings) {
    var texts = new LinkedHashMap<String, String>();
    settings.forEach(
        (path, value) -> texts.put(path, value instanceof String text ? text : Json.write(value)));
    return texts;
  }

  /**
   * Trained parameters x samples of an update x updates of a step. The time of a step grows with
   * each of them; what a parameter costs differs between kinds of layers.
   */
  private static <N extends Networks> double costOfStep(Method<N> method) {
    N networks = method.newNetworks();
    double parameters = 0;
    for (TorchBlock network : networks.byName().values()) {
      for (Parameter parameter : network.getParameters().values()) {
        parameters += parameter.requiresGradient() ? parameter.getShape().size() : 0;
      }
    }
    int updates =
        method.players(networks).stream()
            .map(Player::updates)
            .mapToInt(perStep -> perStep.applyAsInt(0))
            .sum();
    return parameters * updates * method.batchSize() * method.accumulations();
  }
}
