package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SparkSessionsTest {

  private static final Map<String, String> SECRET = Map.of(SparkSessions.SECRET, "hush");

  @Test
  void localSessionsAreOnLoopbackAndTrainOneCellAtATime() {
    SparkConf conf = SparkSessions.conf("local[3]", Map.of(), Map.of());
    assertThat(conf.get("spark.driver.host")).isEqualTo("127.0.0.1");
    assertThat(conf.get("spark.driver.bindAddress")).isEqualTo("127.0.0.1");
    assertThat(conf.get("spark.authenticate")).isEqualTo("true");
    assertThat(conf.get("spark.ui.enabled")).isEqualTo("false");
    assertThat(conf.get("spark.task.cpus")).isEqualTo("3");
  }

  @Test
  void allCoresOfTheMachine() {
    SparkConf conf = SparkSessions.conf("local[*]", Map.of(), Map.of());
    assertThat(conf.get("spark.task.cpus"))
        .isEqualTo(Integer.toString(Runtime.getRuntime().availableProcessors()));
    assertThat(SparkSessions.conf("local", Map.of(), Map.of()).get("spark.task.cpus"))
        .isEqualTo("1");
  }

  @Test
  void cellsTakeAllCoresOfAnExecutor() {
    SparkConf conf =
        SparkSessions.conf("spark://node:7077", Map.of("spark.executor.cores", "8"), SECRET);
    assertThat(conf.get("spark.task.cpus")).isEqualTo("8");
    assertThat(conf.get("spark.task.maxFailures")).isEqualTo("8");
    assertThat(conf.contains("spark.driver.host")).isFalse();
    assertThat(conf.get("spark.authenticate.secret")).isEqualTo("hush");
  }

  @Test
  void clustersOnLoopbackStayThere() {
    for (String master : new String[] {"spark://127.0.0.1:7077", "spark://localhost:1"}) {
      assertThat(SparkSessions.conf(master, Map.of(), SECRET).get("spark.driver.host"))
          .isEqualTo("127.0.0.1");
    }
  }

  @Test
  void aStandaloneClusterNeedsItsSecret() {
    assertThatThrownBy(() -> SparkSessions.conf("spark://node:7077", Map.of(), Map.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("spark://node:7077")
        .hasMessageContaining(SparkSessions.SECRET)
        .hasMessageContaining("spark.authenticate.secret");
  }

  @Test
  void settingsComeFirst() {
    SparkConf conf =
        SparkSessions.conf(
            "local[2]", Map.of("spark.ui.enabled", "true", "spark.task.cpus", "1"), Map.of());
    assertThat(conf.get("spark.ui.enabled")).isEqualTo("true");
    assertThat(conf.get("spark.task.cpus")).isEqualTo("1");
  }
}
