package org.adversaria.notebook;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.adversaria.models.Generator;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Text;

/**
 * Networks: a row for each layer with its arrays and how many parameters they are, and for DJL's
 * own layers the shape of the output. The library's networks are not run for it.
 */
final class BlockRenderer implements Renderer<Block> {

  /** A layer under its full name. */
  private record Layer(String name, Block block) {

    Stream<Layer> withChildren() {
      Stream<Layer> children =
          block.getChildren().stream()
              .map(child -> new Layer(path(child.getKey()), child.getValue()));
      return Stream.concat(Stream.of(this), children.flatMap(Layer::withChildren));
    }

    /** The title says of the block itself all but its own arrays. */
    boolean hasRow() {
      return !name.isEmpty()
          || block.getChildren().isEmpty()
          || !block.getDirectParameters().isEmpty();
    }

    private String path(String child) {
      return name.isEmpty() ? child : name + "." + child;
    }
  }

  @Override
  public MimeBundle render(Block block) {
    List<Layer> layers = new Layer("", block).withChildren().filter(Layer::hasRow).toList();
    boolean outputs = layers.stream().anyMatch(layer -> !output(layer.block).isEmpty());
    String output = output(block).isEmpty() ? "" : ", output " + output(block);
    var grid = new Grid(name(block) + output).left("layer").left("type");
    if (outputs) {
      grid.left("output");
    }
    grid.left("arrays").right("parameters");
    grid.rows(
        layers.size(), i -> outputs ? withOutput(layers.get(i)) : withoutOutput(layers.get(i)));
    return grid.note(total(block)).bundle();
  }

  private static List<String> withOutput(Layer layer) {
    List<String> cells = withoutOutput(layer);
    return List.of(cells.get(0), cells.get(1), output(layer.block), cells.get(2), cells.get(3));
  }

  private static List<String> withoutOutput(Layer layer) {
    List<Parameter> parameters = layer.block.getDirectParameters().values();
    return List.of(
        layer.name,
        name(layer.block),
        layer.block.getDirectParameters().stream()
            .map(each -> each.getKey() + " " + shape(each.getValue()))
            .collect(Collectors.joining(", ")),
        parameters.isEmpty() ? "" : numbers(parameters));
  }

  private static String numbers(List<Parameter> parameters) {
    return isKnown(parameters) ? Text.format("%,d", count(parameters.stream())) : "?";
  }

  private static boolean isKnown(List<Parameter> parameters) {
    return parameters.stream().noneMatch(parameter -> parameter.getShape() == null);
  }

  private static String shape(Parameter parameter) {
    return parameter.getShape() == null ? "(?)" : parameter.getShape().toString();
  }

  private static long count(Stream<Parameter> parameters) {
    return parameters.mapToLong(parameter -> parameter.getShape().size()).sum();
  }

  /** The shape of a block's output where it is known without running it, else empty. */
  private static String output(Block block) {
    if (block instanceof Generator generator) {
      Shape image = generator.imageShape();
      return Text.format("(N, %d, %d, %d)", image.get(0), image.get(1), image.get(2));
    } else if (block instanceof TorchBlock || !block.isInitialized()) {
      return "";
    }
    try {
      Shape[] inputs = block.describeInput().values().toArray(Shape[]::new);
      return Arrays.stream(block.getOutputShapes(inputs))
          .map(Shape::toString)
          .collect(Collectors.joining(", "));
    } catch (RuntimeException e) {
      return ""; // many blocks do not know their input
    }
  }

  private static String total(Block block) {
    List<Parameter> all = block.getParameters().values();
    if (!isKnown(all)) {
      return "not initialised: shapes and numbers marked ? are not known yet";
    }
    long fixed = count(all.stream().filter(parameter -> !parameter.requiresGradient()));
    String total = numbers(all) + " parameters";
    if (fixed > 0) {
      total += Text.format(", %,d of them not trained", fixed);
    }
    return block.isInitialized() ? total : total + "; not initialised";
  }

  private static String name(Block block) {
    String name = block.getClass().getSimpleName();
    return name.isEmpty() ? block.getClass().getName() : name;
  }

  @Override
  public void inline(Block block, Inline out) {
    out.raw(name(block) + " (" + total(block) + ")");
  }

  @Override
  public boolean isRich() {
    return true;
  }
}
