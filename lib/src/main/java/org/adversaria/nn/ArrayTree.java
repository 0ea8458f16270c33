package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.adversaria.torch.Text;

/**
 * Conversion of a network's outputs to a list of arrays and back. Outputs may be an array, or
 * records, maps and lists of arrays; a compiled network is one native function from arrays to
 * arrays.
 *
 * <p>A tree is an array, a record whose components are trees, a list or map whose values are trees,
 * an optional tree, or any other object, which is not changed. (PyTorch's name is pytree.)
 */
public final class ArrayTree {

  private ArrayTree() {}

  /**
   * Returns the arrays of a tree.
   *
   * @param tree an array, or a record or map of arrays
   * @return the arrays, in the order of components and entries
   */
  public static NDList flatten(Object tree) {
    var arrays = new NDList();
    collect(tree, arrays);
    return arrays;
  }

  private static void collect(Object tree, NDList arrays) {
    if (tree instanceof NDArray array) {
      arrays.add(array);
    } else if (tree instanceof List<?> list) {
      list.forEach(value -> collect(value, arrays));
    } else if (tree instanceof Object[] list) {
      Arrays.stream(list).forEach(value -> collect(value, arrays));
    } else if (tree instanceof Map<?, ?> map) {
      map.values().forEach(value -> collect(value, arrays));
    } else if (tree instanceof Optional<?> optional) {
      optional.ifPresent(value -> collect(value, arrays));
    } else if (tree instanceof Record tuple) {
      for (RecordComponent component : tuple.getClass().getRecordComponents()) {
        collect(value(tuple, component), arrays);
      }
    }
  }

  /**
   * Creates a tree of the form of another.
   *
   * @param <T> the type of both
   * @param form the other tree; the values of its arrays are not used
   * @param arrays as many as the form has, in the order of {@link #flatten}
   * @return a tree of these arrays
   * @throws IllegalArgumentException if the number of arrays is not that of the form
   */
  public static <T> T rebuild(T form, NDList arrays) {
    int count = flatten(form).size();
    if (count != arrays.size()) {
      throw new IllegalArgumentException(
          Text.format("A tree of %d arrays cannot be created from %d", count, arrays.size()));
    }
    return rebuilt(form, arrays.iterator());
  }

  /** The result has the type of the form: a record is created by its class's constructor. */
  @SuppressWarnings("unchecked")
  private static <T> T rebuilt(T form, Iterator<NDArray> arrays) {
    if (form instanceof NDArray) {
      return (T) arrays.next();
    } else if (form instanceof NDList list) {
      var values = new NDList();
      list.forEach(value -> values.add(arrays.next()));
      return (T) values;
    } else if (form instanceof List<?> list) {
      var values = new ArrayList<Object>();
      list.forEach(value -> values.add(rebuilt(value, arrays)));
      return (T) values;
    } else if (form instanceof Object[] list) {
      Object[] values = list.clone();
      Arrays.setAll(values, i -> rebuilt(values[i], arrays));
      return (T) values;
    } else if (form instanceof Map<?, ?> map) {
      var values = new LinkedHashMap<Object, Object>();
      map.forEach((key, value) -> values.put(key, rebuilt(value, arrays)));
      return (T) values;
    } else if (form instanceof Optional<?> optional) {
      return (T) optional.map(value -> rebuilt(value, arrays));
    } else if (form instanceof Record tuple) {
      Object[] values =
          Arrays.stream(tuple.getClass().getRecordComponents())
              .map(component -> rebuilt(value(tuple, component), arrays))
              .toArray();
      return (T) newRecord(tuple.getClass(), values);
    }
    return form;
  }

  private static Object value(Record tuple, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(tuple);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(unusable(tuple.getClass()), e);
    }
  }

  private static Object newRecord(Class<?> type, Object... values) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(unusable(type), e);
    }
  }

  private static String unusable(Class<?> type) {
    return Text.format("The outputs of a network cannot be a %s", type.getName());
  }
}
