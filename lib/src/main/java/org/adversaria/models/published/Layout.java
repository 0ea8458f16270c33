package org.adversaria.models.published;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.adversaria.nn.TorchBlock;

/**
 * The names that a code base gives to the tensors of a network, and how the network's sizes follow
 * from the tensors' shapes.
 */
interface Layout {

  /** All layouts that are known. */
  List<Layout> ALL =
      Stream.of(
              StyleGan2Layouts.ALL,
              BigGanLayouts.ALL,
              DiscriminatorLayouts.ALL,
              ResidualLayouts.ALL)
          .flatMap(List::stream)
          .toList();

  /**
   * A network of inferred sizes.
   *
   * @param type the simple name of its class
   * @param sizes in words
   * @param generator whether it is a generator
   * @param network creates it; throws IllegalArgumentException if there is none of these sizes
   * @param unused beginnings of names of tensors that published code stores without a use
   */
  record Candidate(
      String type,
      String sizes,
      boolean generator,
      Supplier<? extends TorchBlock> network,
      List<String> unused) {

    /** A network all of whose tensors have a use. */
    Candidate(
        String type, String sizes, boolean generator, Supplier<? extends TorchBlock> network) {
      this(type, sizes, generator, network, List.of());
    }

    /** The same with tensors that have no use. */
    Candidate without(List<String> names) {
      return new Candidate(type, sizes, generator, network, names);
    }
  }

  /** A tensor that all networks of this layout have. */
  String marker();

  /**
   * Infers the sizes.
   *
   * @param shapes of the tensors, of which {@link #marker} is one
   * @param values plain values beside the tensors, by name
   * @return the network; null if the tensors are of another layout
   * @throws IllegalArgumentException if a tensor is missing that the sizes follow from
   */
  Candidate infer(NamedShapes shapes, Map<String, Object> values);

  /** A layout of a marker and a function. */
  static Layout of(String marker, Inference inference) {
    return new Layout() {

      @Override
      public String marker() {
        return marker;
      }

      @Override
      public Candidate infer(NamedShapes shapes, Map<String, Object> values) {
        return inference.infer(shapes, values);
      }
    };
  }

  /** Infers the sizes, see {@link Layout#infer}. */
  @FunctionalInterface
  interface Inference {
    Candidate infer(NamedShapes shapes, Map<String, Object> values);
  }
}
