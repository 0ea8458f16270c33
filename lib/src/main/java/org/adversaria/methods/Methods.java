package org.adversaria.methods;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.adversaria.torch.Text;
import org.adversaria.training.Method;
import org.adversaria.training.RunRecord;
import org.adversaria.training.SavedRun;

/** All methods by name, so that a run can be opened that another program trained. */
public final class Methods {

  /** A record that lacks a setting is refused: a zero in its place would be another method. */
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

  private static final Map<String, Function<Map<String, Object>, Method>> BY_NAME =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(Glead.NAME, of(Glead.Settings.class, Glead::new)),
              Map.entry(StyleGan2.NAME, of(StyleGan2.Settings.class, StyleGan2::new)),
              Map.entry(
                  ConditionalGan.NAME, of(ConditionalGan.Settings.class, ConditionalGan::new)),
              Map.entry(AcGan.NAME, of(ClassConditionalGan.Settings.class, AcGan::new)),
              Map.entry(AdcGan.NAME, of(ClassConditionalGan.Settings.class, AdcGan::new)),
              Map.entry(AmGan.NAME, of(ClassConditionalGan.Settings.class, AmGan::new)),
              Map.entry(BigGan.NAME, of(ClassConditionalGan.Settings.class, BigGan::new)),
              Map.entry(ContraGan.NAME, of(ClassConditionalGan.Settings.class, ContraGan::new)),
              Map.entry(EcGan.NAME, of(ClassConditionalGan.Settings.class, EcGan::new)),
              Map.entry(
                  ProjectionGan.NAME, of(ClassConditionalGan.Settings.class, ProjectionGan::new)),
              Map.entry(ReAcGan.NAME, of(ClassConditionalGan.Settings.class, ReAcGan::new)),
              Map.entry(TacGan.NAME, of(ClassConditionalGan.Settings.class, TacGan::new))));

  private static <S> Function<Map<String, Object>, Method> of(
      Class<S> type, Function<S, Method> maker) {
    return settings -> maker.apply(JSON.convertValue(settings, type));
  }

  private Methods() {}

  /**
   * Returns the names that {@link #of} knows.
   *
   * @return the names, in alphabetical order
   */
  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  /**
   * Makes the method of a run again.
   *
   * @param record the run's record
   * @return a method of the recorded name and settings
   * @throws IllegalArgumentException if there is no method of that name, the message lists the
   *     names; or if the settings are not the method's
   */
  public static Method of(RunRecord record) {
    Function<Map<String, Object>, Method> method = BY_NAME.get(record.method());
    if (method == null) {
      throw new IllegalArgumentException(
          Text.format(
              "There is no method '%s'; there are %s",
              record.method(), String.join(", ", names())));
    }
    try {
      return method.apply(record.settings());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          Text.format("The recorded settings are not those of %s: %s", record.method(), reason(e)),
          e);
    }
  }

  /** What is wrong, without the lines in which Jackson says where. */
  private static String reason(IllegalArgumentException e) {
    return e.getMessage().lines().findFirst().orElseThrow();
  }

  /**
   * Opens a finished or stopped run of any method.
   *
   * <pre>{@code
   * try (SavedRun run = Methods.open(Path.of("runs/conditional-gan-20260101-120000"));
   *     NDManager manager = NDManager.newBaseManager()) {
   *   show(Figures.grid(Sampler.byClass(run.generator(), manager, 8, 0), 8));
   * }
   * }</pre>
   *
   * @param directory the run's directory
   * @return the run
   * @throws IOException if there is no run or its record is damaged
   * @throws IllegalArgumentException as {@link #of} does
   */
  public static SavedRun open(Path directory) throws IOException {
    return SavedRun.open(directory, Methods::of);
  }
}
