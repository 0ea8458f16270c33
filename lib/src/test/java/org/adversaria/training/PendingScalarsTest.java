package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PendingScalarsTest {

  @Test
  void aLaterUpdateReplacesItsPlayersScalarsAndNoOther() throws PendingScalars.NotFinite {
    try (NDManager manager = NDManager.newBaseManager()) {
      var pending = new PendingScalars();
      pending.begin(0);
      pending.add("d", Map.of("loss", manager.create(1f)));
      pending.add("d", Map.of("loss", manager.create(2f)));
      for (String name : new String[] {"loss", "Loss"}) {
        assertThatThrownBy(() -> pending.add("g", Map.of(name, manager.create(3f))))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "The scalar '"
                    + name
                    + "' of the player 'g' would have the column of 'loss' of the player 'd' in the"
                    + " log: give one of them another name");
      }
      var log = new ScalarLog();
      pending.flush(log);
      assertThat(log.table().doubleColumn("loss").get(0)).isEqualTo(2);
    }
  }
}
