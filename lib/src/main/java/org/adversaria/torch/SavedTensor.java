package org.adversaria.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * A tensor in a {@link TorchFile}: what its file says of it. Its elements stay in the file until
 * they are read.
 */
public final class SavedTensor {

  private final TensorLayout layout;
  private final PickleObjects.Storage storage;

  SavedTensor(TensorLayout layout, PickleObjects.Storage storage) {
    this.layout = layout;
    this.storage = storage;
  }

  /**
   * Returns the type in the file, by PyTorch's name.
   *
   * @return such as {@code float32}
   */
  public String dtype() {
    return layout.type().torchName;
  }

  /**
   * Returns the type of the array that is read.
   *
   * @return float32 for bfloat16, int32 for int16, of which DJL has no arrays; else the same type
   */
  public DataType arrayType() {
    return layout.type().array;
  }

  /**
   * Returns the shape.
   *
   * @return the shape
   */
  public Shape shape() {
    return new Shape(layout.sizes());
  }

  /** Reads the elements, in the order of the dimensions. */
  NDArray read(FileChannel file, NDManager manager) throws IOException {
    StoredType type = layout.type();
    if (layout.isEmpty()) {
      return manager.create(shape(), type.array);
    }
    ByteBuffer stored = stored(file);
    ByteBuffer values = type.bytes == type.array.getNumOfBytes() ? stored : widened(stored);
    if (type == StoredType.BOOL) {
      normalise(values);
    }
    // An array created from a buffer shares its memory, which views of the array could outlive.
    try (NDArray borrowed = manager.create(values, shape(), type.array)) {
      return borrowed.duplicate();
    }
  }

  /** The elements as they are stored. */
  private ByteBuffer stored(FileChannel file) throws IOException {
    int bytes = layout.type().bytes;
    long start = layout.offset() * bytes;
    ByteBuffer values = direct(Math.toIntExact(layout.count() * bytes));
    if (layout.isContiguous()) {
      storage.bytes().read(file, start, values);
      return values.flip();
    }
    ByteBuffer extent = direct(Math.toIntExact(layout.extent() * bytes));
    storage.bytes().read(file, start, extent);
    gather(extent.flip(), values);
    return values.flip();
  }

  /** Copies the elements, of which the last dimension's index changes first. */
  private void gather(ByteBuffer extent, ByteBuffer values) {
    int bytes = layout.type().bytes;
    long[] sizes = layout.sizes();
    long[] strides = layout.strides();
    var index = new long[sizes.length];
    int place = 0;
    while (values.hasRemaining()) {
      for (int i = 0; i < bytes; i++) {
        values.put(extent.get(place * bytes + i));
      }
      for (int d = sizes.length - 1; d >= 0; d--) {
        place += (int) strides[d];
        if (++index[d] < sizes[d]) {
          break;
        }
        place -= (int) (sizes[d] * strides[d]);
        index[d] = 0;
      }
    }
  }

  private ByteBuffer widened(ByteBuffer stored) throws IOException {
    int count = stored.remaining() / Short.BYTES;
    ByteBuffer wide = direct(count * Integer.BYTES);
    for (int i = 0; i < count; i++) {
      short value = stored.getShort();
      wide.putInt(layout.type() == StoredType.BFLOAT16 ? value << Short.SIZE : value);
    }
    return wide.flip();
  }

  /** Every byte but 0 is true; arrays have 1 for it. */
  private static void normalise(ByteBuffer values) {
    for (int i = 0; i < values.limit(); i++) {
      values.put(i, (byte) (values.get(i) == 0 ? 0 : 1));
    }
  }

  private static ByteBuffer direct(int bytes) throws IOException {
    try {
      return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    } catch (OutOfMemoryError e) {
      // Nothing was taken: Java counts what buffers take before it takes it.
      throw new IOException(
          Text.format(
              "a tensor takes %d bytes outside of Java's heap; give Java more with"
                  + " -XX:MaxDirectMemorySize",
              bytes),
          e);
    }
  }
}
