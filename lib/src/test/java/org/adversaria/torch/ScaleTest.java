package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleTest {

  @Test
  void keepsTheTypeOfScalarsAndArrays() {
    try (NDManager manager = NDManager.newBaseManager()) {
      for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
        for (Shape shape : List.of(new Shape(), new Shape(2, 3))) {
          NDArray scaled = TorchOps.scale(manager.ones(shape, type), 0.5);
          assertThat(scaled.getDataType()).isEqualTo(type);
          assertThat(scaled).isEqualTo(manager.full(shape, 0.5f, type));
        }
      }
    }
  }

  @Test
  void gradientSurvivesAGarbageCollection() throws InterruptedException {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.ones(new Shape(2));
      x.setRequiresGradient(true);
      for (int i = 0; i < 3; i++) {
        try (var scope = new NDScope();
            var recording = Autograd.record()) {
          NDArray y = TorchOps.scale(x, 3).sum();
          collectAndOverwrite();
          NDList gradients = Autograd.grad(y, new NDList(x));
          assertThat(gradients.get(0).toFloatArray()).containsExactly(3, 3);
        }
      }
    }
  }

  /** Lets buffers go that nothing refers to, and takes their memory for other numbers. */
  private static void collectAndOverwrite() throws InterruptedException {
    System.gc();
    Thread.sleep(50);
    var others = new ArrayList<ByteBuffer>();
    for (int i = 0; i < 2000; i++) {
      others.add(ByteBuffer.allocateDirect(Float.BYTES).putFloat(0, 77));
    }
    assertThat(others).hasSize(2000);
  }
}
