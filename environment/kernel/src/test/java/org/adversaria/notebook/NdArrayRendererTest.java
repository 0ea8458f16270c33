package org.adversaria.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.util.List;
import org.adversaria.torch.Autograd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NdArrayRendererTest {

  private final NDManager manager = NDManager.newBaseManager(ai.djl.Device.cpu(), "PyTorch");

  @AfterEach
  void close() {
    manager.close();
  }

  private static String text(Object value) {
    return Renderers.render(value).data().get(MimeBundle.TEXT).toString();
  }

  private static boolean isPicture(Object value) {
    return Renderers.render(value).data().containsKey("image/png");
  }

  @Test
  void smallArraysShowTheirValues() {
    assertThat(text(manager.create(1.5f))).isEqualTo("NDArray () float32 cpu()\n1.5");
    assertThat(text(manager.create(new float[] {1, -2.25f, Float.NaN})))
        .isEqualTo("NDArray (3) float32 cpu()\n[ 1.00, -2.25,   NaN]");
    assertThat(text(manager.arange(6).reshape(2, 3)))
        .isEqualTo("NDArray (2, 3) int32 cpu()\n[[0, 1, 2],\n [3, 4, 5]]");
    assertThat(text(manager.arange(8).reshape(2, 2, 2)))
        .endsWith("[[[0, 1],\n  [2, 3]],\n\n [[4, 5],\n  [6, 7]]]");
    assertThat(text(manager.create(new boolean[] {true, false}))).endsWith("[ true, false]");
    assertThat(text(manager.create(new long[] {Long.MAX_VALUE})))
        .isEqualTo("NDArray (1) int64 cpu()\n[9223372036854775807]");
    assertThat(text(manager.create(new double[] {1e-9, 1}))).endsWith("[1.0000e-09, 1.0000e+00]");
    assertThat(text(manager.create(new Shape(0, 3)))).isEqualTo("NDArray (0, 3) float32 cpu()\n[]");
    assertThat(text(manager.create(new float[] {1, 2}).toType(DataType.FLOAT16, true)))
        .isEqualTo("NDArray (2) float16 cpu()\n[1.0, 2.0]");
    assertThat(text(manager.create(new byte[] {1, 2}))).isEqualTo("NDArray (2) int8 cpu()\n[1, 2]");
  }

  @Test
  void largeArraysAreSummedUp() {
    NDArray array = manager.arange(0f, 6000f, 2f).reshape(1000, 3).transpose();
    assertThat(text(array))
        .isEqualTo(
            "NDArray (3, 1000) float32 cpu()\n3,000 values: min 0, mean 2999, max 5998, std 1732\n"
                + "first: 0.0, 6.0, 12.0, 18.0, 24.0, 30.0, 36.0, 42.0, ...");
    assertThat(text(manager.arange(3_000_000)))
        .contains("3,000,000 values: min 0, mean 1500000, max 2999999");
  }

  @Test
  void valuesThatAreNoNumbersAreCounted() {
    float[] values = new float[2000];
    values[0] = Float.NaN;
    values[1] = Float.POSITIVE_INFINITY;
    assertThat(text(manager.create(values)))
        .contains("2,000 values: min 0, mean 0, max 0, std 0; 1 NaN; 1 infinite");
    java.util.Arrays.fill(values, Float.NaN);
    assertThat(text(manager.create(values))).contains("2,000 values: 2,000 NaN");
  }

  @Test
  void imagesAreDrawn() {
    MimeBundle bundle =
        Renderers.render(
            manager
                .create(new float[] {-1, 0, 1}, new Shape(3, 1, 1, 1))
                .broadcast(new Shape(3, 1, 8, 8)));
    assertThat(bundle.data().keySet()).containsExactly("text/html", "image/png", "text/plain");
    assertThat(bundle.metadata().get("image/png").toString())
        .contains("alt=NDArray (3, 1, 8, 8) float32 cpu(), drawn from -1 to 1");
    BufferedImage picture = PicturesTest.decode(bundle);
    int zoom = picture.getHeight() / 8;
    assertThat(picture.getRGB(zoom, zoom) & 0xFF).isZero();
    assertThat(picture.getRGB(8 * zoom + 2 + zoom, zoom) & 0xFF).isBetween(127, 128);
    assertThat(picture.getRGB(16 * zoom + 4 + zoom, zoom) & 0xFF).isEqualTo(255);
  }

  @Test
  void picturesAreToldFromOtherArrays() {
    NDArray noise = manager.randomUniform(-1, 1, new Shape(3, 16, 16));
    assertThat(isPicture(noise)).isTrue();
    assertThat(isPicture(noise.get(0))).isTrue();
    assertThat(isPicture(noise.abs())).isTrue();
    assertThat(isPicture(noise.mul(1.5f))).isTrue();
    assertThat(isPicture(noise.abs().mul(255).toType(DataType.UINT8, true))).isTrue();
    assertThat(isPicture(noise.toType(DataType.FLOAT64, true))).isTrue();

    assertThat(isPicture(manager.zeros(new Shape(2, 3)))).as("small").isFalse();
    assertThat(isPicture(manager.zeros(new Shape(64, 3, 3, 3)))).as("kernels").isFalse();
    assertThat(isPicture(noise.get(0).mul(0.1f))).as("weights").isFalse();
    assertThat(isPicture(noise.get(0).mul(1.5f))).as("beyond the range").isFalse();
    assertThat(isPicture(noise.mul(3f))).as("far beyond the range").isFalse();
    assertThat(isPicture(noise.get("0:2"))).as("two channels").isFalse();
    assertThat(isPicture(noise.mul(9).toType(DataType.INT32, true))).as("integers").isFalse();
    assertThat(isPicture(noise.div(0f))).as("infinite").isFalse();
  }

  @Test
  void rowsLeaveRoomForImagesAtTwiceTheirSize() {
    BufferedImage picture =
        PicturesTest.decode(
            Renderers.render(manager.randomUniform(-1, 1, new Shape(16, 1, 28, 28))));
    assertThat(picture.getHeight()).isGreaterThan(2 * 2 * 28);
  }

  @Test
  void manyImagesAreCutAndNanIsSaid() {
    NDArray images = manager.zeros(new Shape(100, 3, 8, 8));
    images.set(new ai.djl.ndarray.index.NDIndex("0, 0, 0, 0"), Float.NaN);
    MimeBundle bundle = Renderers.render(images);
    assertThat(bundle.data().get(MimeBundle.HTML).toString())
        .contains("NaN in magenta, the first 64 of 100", "1 NaN");
  }

  @Test
  void closedArraysSaySo() {
    NDArray array = manager.create(1f);
    array.close();
    assertThat(text(array)).isEqualTo("NDArray, closed: its values are freed");
    assertThat(text(List.of(array))).isEqualTo("[NDArray, closed]");
  }

  @Test
  void nothingIsLeftInMemoryOrChanged() {
    NDArray array = manager.randomUniform(-1, 1, new Shape(70, 3, 16, 16));
    NDArray bytes = array.abs().mul(255).toType(DataType.UINT8, true);
    NDArray positive = array.abs();
    float[] before = array.toFloatArray();
    float[] positiveBefore = positive.toFloatArray();
    int arrays = manager.getManagedArrays().size();
    for (NDArray each : List.of(array, bytes, positive, array.get(0))) {
      Renderers.render(each);
    }
    Renderers.render(new NDList(array, bytes));
    Renderers.render(List.of(array, array));
    assertThat(manager.getManagedArrays()).hasSize(arrays + 1);
    assertThat(array.toFloatArray()).isEqualTo(before);
    assertThat(positive.toFloatArray()).isEqualTo(positiveBefore);
    assertThat(array.isReleased()).isFalse();
  }

  @Test
  void aScopeOfTheCellKeepsItsArrays() {
    try (var scope = new NDScope()) {
      NDArray array = manager.randomUniform(-1, 1, new Shape(3, 16, 16));
      Renderers.render(array);
      assertThat(array.isReleased()).isFalse();
      assertThat(array.mul(2).isReleased()).isFalse();
    }
  }

  @Test
  void nothingIsRecordedForGradients() {
    NDArray x = manager.randomUniform(-1, 1, new Shape(3, 16, 16));
    x.setRequiresGradient(true);
    try (var recording = Autograd.record()) {
      NDArray loss = x.square().sum();
      assertThat(isPicture(x)).isTrue();
      assertThat(text(loss)).startsWith("NDArray () float32 cpu()");
      NDArray gradient = Autograd.grad(loss, new NDList(x)).get(0);
      assertThat(gradient.toFloatArray()).isEqualTo(x.mul(2).toFloatArray());
      assertThat(x.square().sum().hasGradient()).isEqualTo(loss.hasGradient());
    }
  }

  @Test
  void listsOfArraysShowEach() {
    assertThat(text(new NDList(manager.create(1f), manager.create(new int[] {2}))))
        .isEqualTo(
            "NDList of 2 arrays\nNDArray () float32 cpu()\n1.0\nNDArray (1) int32 cpu()\n[2]");
    assertThat(text(List.of(new NDList(manager.create(1f)))))
        .isEqualTo("[NDList[NDArray () float32 cpu() 1.0]]");
  }

  @Test
  void shapesTypesAndDevicesAreText() {
    assertThat(text(new Shape(1, 2))).isEqualTo("(1, 2)");
    assertThat(text(DataType.FLOAT32)).isEqualTo("float32");
    assertThat(text(ai.djl.Device.cpu())).isEqualTo("cpu()");
  }
}
