package org.adversaria.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.dflib.jjava.jupyter.kernel.history.HistoryEntry;
import org.dflib.jjava.jupyter.kernel.history.HistoryManager.ResultFlag;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionHistoryTest {

  private static final Set<ResultFlag> NONE = EnumSet.noneOf(ResultFlag.class);

  private final SessionHistory history = new SessionHistory();

  @BeforeEach
  void fill() {
    history.add(1, "int a = 1;", null);
    history.add(2, "a + 1", "2");
    history.add(3, "a * (2)\n+ 1", "3");
    history.add(4, "a + 1", "2");
  }

  private static List<Integer> numbers(List<HistoryEntry> entries) {
    return entries.stream().map(HistoryEntry::getCellNumber).toList();
  }

  @Test
  void rangesHaveTheirStartAndNotTheirEnd() {
    assertThat(numbers(history.lookupRange(0, 2, 4, NONE))).containsExactly(2, 3);
    assertThat(numbers(history.lookupRange(1, 2, 4, NONE))).containsExactly(2, 3);
    assertThat(numbers(history.lookupRange(1, 3, 0, NONE))).containsExactly(3, 4);
    assertThat(numbers(history.lookupRange(1, 0, -1, NONE))).containsExactly(1, 2, 3, 4);
    assertThat(history.lookupRange(1, 5, 9, NONE)).isEmpty();
  }

  @Test
  void otherSessionsAreNotKept() {
    assertThat(history.lookupRange(2, 0, 9, NONE)).isEmpty();
    assertThat(history.lookupRange(-1, 0, 9, NONE)).isEmpty();
  }

  @Test
  void theTailIsTheLastCellsInTheirOrder() {
    assertThat(numbers(history.lookupTail(2, NONE))).containsExactly(3, 4);
    assertThat(numbers(history.lookupTail(9, NONE))).containsExactly(1, 2, 3, 4);
    assertThat(numbers(history.lookupTail(0, NONE))).containsExactly(1, 2, 3, 4);
  }

  @Test
  void patternsFitTheWholeCell() {
    assertThat(numbers(history.search("a*", 0, NONE))).containsExactly(2, 3, 4);
    assertThat(numbers(history.search("*1", 0, NONE))).containsExactly(2, 3, 4);
    assertThat(numbers(history.search("a ? 1", 0, NONE))).containsExactly(2, 4);
    assertThat(numbers(history.search("a \\* 1", 0, NONE))).isEmpty();
    assertThat(numbers(history.search("*(2)*", 0, NONE))).containsExactly(3);
    assertThat(history.search("a", 0, NONE)).isEmpty();
    assertThat(numbers(history.search("a*", 1, NONE))).containsExactly(4);
  }

  @Test
  void equalCellsAreFoundOnceWhereTheLastWas() {
    assertThat(numbers(history.search("*", 0, EnumSet.of(ResultFlag.UNIQUE))))
        .containsExactly(1, 3, 4);
  }

  @Test
  void outputsAreGivenWhenAskedFor() {
    assertThat(history.lookupTail(0, NONE)).noneMatch(HistoryEntry::hasOutput);
    assertThat(history.lookupTail(0, EnumSet.of(ResultFlag.INCLUDE_OUTPUT)))
        .extracting(HistoryEntry::getOutput)
        .containsExactly(null, "2", "3", "2");
  }
}
