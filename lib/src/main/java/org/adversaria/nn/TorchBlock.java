package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBaseBlock;
import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.DataTypes;
import org.adversaria.torch.EngineCheck;
import org.adversaria.torch.Precision;
import org.adversaria.torch.Text;
import org.adversaria.torch.TracedFunction;

/**
 * A DJL block whose parameters have the names of a PyTorch state dict.
 *
 * <p>Names are those of the declarations, joined by dots ({@code main.0.weight}); DJL's own blocks
 * number them. A block's constructor sets all shapes, so {@link #initialize(NDManager)} needs no
 * example input. Subclasses add a typed {@code forward}; {@link #forward(NDList, boolean)} is the
 * same for DJL.
 *
 * <p>A block is on the device of the manager that initialised it.
 */
public abstract class TorchBlock extends AbstractBaseBlock {

  private final Map<String, TorchBlock> children = new LinkedHashMap<>();
  private final Map<String, Parameter> directParameters = new LinkedHashMap<>();
  private final CompiledCode compiledCode = new CompiledCode(this);
  private Optional<Precision> compiledIn = Optional.empty();

  /** For subclasses. */
  protected TorchBlock() {}

  /**
   * Compiles this block and those below it in place, as {@code torch.nn.Module.compile} does: a
   * network's typed methods, such as a generator's {@code forward}, are traced at their first call,
   * after which they are one native call. Results are the same within rounding.
   *
   * @param precision of convolutions and matrix products; another call changes it
   */
  public final void compile(Precision precision) {
    compiledIn = Optional.of(precision);
    children.values().forEach(child -> child.compile(precision));
  }

  /**
   * Returns whether a computation of this block, or of a child, has run compiled in a precision.
   *
   * @param precision of convolutions and matrix products
   * @return true after the first such call
   */
  public final boolean ranCompiled(Precision precision) {
    return compiledCode.ran(precision)
        || children.values().stream().anyMatch(child -> child.ranCompiled(precision));
  }

  /**
   * Runs a computation, compiled where {@link #compile} was called. During a trace it becomes part
   * of the trace.
   *
   * @param <T> the type of the result
   * @param name of the computation, unique in this block
   * @param inputs arrays whose first dimension is the batch
   * @param training true in training
   * @param code the computation with this block's parameters, the same at every call of this name
   * @return an array, or a record or map of arrays, see {@link ArrayTree}
   */
  protected final <T> T compiled(
      String name, NDList inputs, boolean training, Function<NDList, T> code) {
    return compiledIn.isEmpty() || TracedFunction.tracing()
        ? code.apply(inputs)
        : compiledCode.call(name, inputs, training, compiledIn.get(), code);
  }

  /**
   * Declares a child.
   *
   * @param <B> the child's type
   * @param name its name in the state dict, without dots; empty for no prefix of the child's
   *     parameters
   * @param block the child
   * @return the child
   */
  protected final <B extends TorchBlock> B child(String name, B block) {
    children.put(name, block);
    return block;
  }

  /**
   * Declares a trainable parameter.
   *
   * @param name its name in the state dict, without dots
   * @param type its type in DJL
   * @param initializer its initial values
   * @param shape its shape
   * @return the parameter
   */
  protected final Parameter parameter(
      String name, Parameter.Type type, Initializer initializer, Shape shape) {
    return declare(name, type, initializer, shape, true);
  }

  /**
   * Declares an array that is stored with the block and not trained.
   *
   * @param name its name in the state dict, without dots
   * @param type its type in DJL
   * @param initializer its initial values, and its data type
   * @param shape its shape
   * @return the parameter
   */
  protected final Parameter buffer(
      String name, Parameter.Type type, Initializer initializer, Shape shape) {
    return declare(name, type, initializer, shape, false);
  }

  private Parameter declare(
      String name, Parameter.Type type, Initializer initializer, Shape shape, boolean trained) {
    Parameter parameter =
        Parameter.builder()
            .setName(name)
            .setType(type)
            .optInitializer(initializer)
            .optShape(shape)
            .optRequiresGrad(trained)
            .build();
    directParameters.put(name, parameter);
    return parameter;
  }

  /**
   * Computes the block's outputs from its inputs.
   *
   * @param inputs the arrays, in the order of the typed {@code forward}
   * @param training true in training, where some layers behave differently
   * @return the outputs
   */
  public abstract NDList forward(NDList inputs, boolean training);

  /** {@inheritDoc} */
  @Override
  protected final NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> params) {
    return forward(inputs, training);
  }

  /**
   * Initialises every parameter that is not initialised.
   *
   * @param manager the owner of the arrays, on whose device they are
   */
  public final void initialize(NDManager manager) {
    initialize(manager, DataType.FLOAT32);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if PyTorch's engine has no arrays of the type
   */
  @Override
  public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
    EngineCheck.require();
    DataTypes.require(dataType);
    beforeInitialize(inputShapes);
    for (Parameter parameter : directParameters.values()) {
      parameter.initialize(manager, dataType);
      // The parameters outlive the scope in which a block may be created.
      NDScope.unregister(parameter.getArray());
    }
    children.values().forEach(child -> child.initialize(manager, dataType, inputShapes));
  }

  /** {@inheritDoc} */
  @Override
  public final boolean isInitialized() {
    return getParameters().values().stream().allMatch(Parameter::isInitialized);
  }

  /**
   * Returns the trainable arrays.
   *
   * @return the trainable arrays, in the order of the state dict
   */
  public final NDList trainable() {
    var arrays = new NDList();
    for (Parameter parameter : getParameters().values()) {
      if (parameter.requiresGradient()) {
        arrays.add(parameter.getArray());
      }
    }
    return arrays;
  }

  /**
   * Returns all arrays by their names in the state dict, the block's own before its children's.
   *
   * @return parameters and buffers; the arrays themselves, not copies
   */
  public final Map<String, NDArray> stateDict() {
    var state = new LinkedHashMap<String, NDArray>();
    getParameters().forEach(pair -> state.put(pair.getKey(), pair.getValue().getArray()));
    return state;
  }

  /** {@inheritDoc} */
  @Override
  public final BlockList getChildren() {
    var list = new BlockList();
    children.forEach((name, child) -> list.add(name, (Block) child));
    return list;
  }

  /** {@inheritDoc} */
  @Override
  public final ParameterList getDirectParameters() {
    var list = new ParameterList();
    directParameters.forEach(list::add);
    return list;
  }

  /** {@inheritDoc} */
  @Override
  public final ParameterList getParameters() {
    ParameterList list = getDirectParameters();
    children.forEach(
        (name, child) ->
            child
                .getParameters()
                .forEach(pair -> list.add(joined(name, pair.getKey()), pair.getValue())));
    return list;
  }

  private static String joined(String child, String parameter) {
    return child.isEmpty() ? parameter : child + "." + parameter;
  }

  /** The class, and the number of trained values. */
  @Override
  public String toString() {
    long trained = 0;
    for (Parameter parameter : getParameters().values()) {
      trained += parameter.requiresGradient() ? parameter.getShape().size() : 0;
    }
    return Text.format("%s with %d parameters", getClass().getSimpleName(), trained);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The block is run once on zeros of these shapes.
   */
  @Override
  public final Shape[] getOutputShapes(Shape[] inputShapes) {
    NDManager owner = getParameters().get(0).getValue().getArray().getManager();
    try (NDManager manager = owner.newSubManager();
        var scope = new NDScope();
        var paused = Autograd.pause()) {
      var inputs = new NDList();
      for (Shape shape : inputShapes) {
        inputs.add(manager.zeros(shape));
      }
      return forward(inputs, false).getShapes();
    }
  }
}
