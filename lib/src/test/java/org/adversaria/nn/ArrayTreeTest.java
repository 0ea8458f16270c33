package org.adversaria.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ArrayTreeTest {

  private final NDManager manager = NDManager.newBaseManager();

  private record Pair(NDArray first, NDArray second) {}

  /** All that a tree may have, with what is no array. */
  private record Everything(
      NDArray array,
      Pair pair,
      Map<Integer, NDArray> map,
      Optional<NDArray> present,
      Optional<Pair> absent,
      NDList list,
      NDArray missing,
      String name,
      int count) {}

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray number(int value) {
    return manager.create(value);
  }

  private Everything everything(int first) {
    var map = new LinkedHashMap<Integer, NDArray>();
    map.put(8, number(first + 3));
    map.put(4, number(first + 4));
    return new Everything(
        number(first),
        new Pair(number(first + 1), number(first + 2)),
        map,
        Optional.of(number(first + 5)),
        Optional.empty(),
        new NDList(number(first + 6), number(first + 7)),
        null,
        "a",
        7);
  }

  private static List<Integer> values(NDList arrays) {
    return arrays.stream().map(NDArray::getInt).toList();
  }

  @Test
  void anArrayIsATreeOfItself() {
    NDArray array = number(3);
    NDArray other = number(4);
    assertThat(ArrayTree.flatten(array)).singleElement().isSameAs(array);
    NDArray rebuilt = ArrayTree.rebuild(array, new NDList(other));
    assertThat(rebuilt).isSameAs(other);
  }

  @Test
  void arraysComeInTheOrderOfComponentsAndEntries() {
    assertThat(values(ArrayTree.flatten(everything(10))))
        .containsExactly(10, 11, 12, 13, 14, 15, 16, 17);
  }

  @Test
  void aTreeIsRebuiltOfOtherArraysInTheFormOfTheFirst() {
    Everything form = everything(10);
    NDList others = ArrayTree.flatten(everything(20));
    Everything rebuilt = ArrayTree.rebuild(form, others);
    assertThat(rebuilt.array()).isSameAs(others.get(0));
    assertThat(rebuilt.pair()).isEqualTo(new Pair(others.get(1), others.get(2)));
    assertThat(rebuilt.map().keySet()).containsExactly(8, 4);
    assertThat(rebuilt.map().get(4)).isSameAs(others.get(4));
    assertThat(rebuilt.present()).containsSame(others.get(5));
    assertThat(rebuilt.absent()).isEmpty();
    assertThat(values(rebuilt.list())).containsExactly(26, 27);
    assertThat(rebuilt.missing()).isNull();
    assertThat(rebuilt.name()).isEqualTo("a");
    assertThat(rebuilt.count()).isEqualTo(7);
    // The form is as it was.
    assertThat(values(ArrayTree.flatten(form))).startsWith(10, 11);
  }

  @Test
  void listsOfTreesAreTrees() {
    List<Pair> list = List.of(new Pair(number(1), number(2)), new Pair(number(3), number(4)));
    assertThat(values(ArrayTree.flatten(list))).containsExactly(1, 2, 3, 4);
    List<Pair> rebuilt =
        ArrayTree.rebuild(list, new NDList(number(5), number(6), number(7), number(8)));
    assertThat(rebuilt).hasSize(2);
    assertThat(rebuilt.get(1).first().getInt()).isEqualTo(7);
  }

  @Test
  void whatHoldsNoArraysIsKept() {
    assertThat(ArrayTree.flatten("text")).isEmpty();
    assertThat(ArrayTree.flatten(null)).isEmpty();
    String text = ArrayTree.rebuild("text", new NDList());
    assertThat(text).isEqualTo("text");
    assertThat(ArrayTree.rebuild(new ArrayList<Integer>(), new NDList())).isEmpty();
  }

  @Test
  void anotherNumberOfArraysIsRefused() {
    var form = new Pair(number(1), number(2));
    assertThatThrownBy(() -> ArrayTree.rebuild(form, new NDList(number(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A tree of 2 arrays cannot be created from 1");
  }

  private record Several(NDArray[] arrays, String name) {}

  @Test
  void javasArraysAreLists() {
    try (NDManager own = NDManager.newBaseManager()) {
      NDArray one = own.create(1f);
      NDArray two = own.create(2f);
      var tree = new Several(new NDArray[] {one, two}, "pair");
      assertThat(ArrayTree.flatten(tree)).containsExactly(one, two);
      Several swapped = ArrayTree.rebuild(tree, new NDList(two, one));
      assertThat(swapped.arrays()).containsExactly(two, one);
      assertThat(swapped.name()).isEqualTo("pair");
      assertThat(tree.arrays()).containsExactly(one, two);
    }
  }
}
