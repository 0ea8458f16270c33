package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoaderTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** {@code n} images of 1x2x3 pixels; the first pixel and the label tell the index. */
  private static ImageBytes numbered(int n) {
    var images = new byte[n][];
    for (int i = 0; i < n; i++) {
      images[i] = new byte[] {(byte) i, 100, 101, 102, 103, 104};
    }
    List<String> names = IntStream.range(0, n).mapToObj(Integer::toString).toList();
    return new ImageBytes("numbered", 1, 2, 3, names, images, IntStream.range(0, n).toArray());
  }

  private long[] labels(Loader loader, long step) {
    return loader.batch(step, manager).labels().toLongArray();
  }

  @Test
  void normalisesToTheLastBit() {
    var all = new byte[256];
    IntStream.range(0, 256).forEach(i -> all[i] = (byte) i);
    var data = new ImageBytes("all", 1, 16, 16, List.of("a"), new byte[][] {all}, new int[1]);
    try (var loader = Loader.builder(data).batchSize(1).build()) {
      Batch batch = loader.batch(0, manager);
      float[] values = batch.images().toFloatArray();
      for (int i = 0; i < 256; i++) {
        assertThat(Float.floatToIntBits(values[i])).isEqualTo(Float.floatToIntBits(i / 127.5f - 1));
      }
      assertThat(batch.images().getShape()).isEqualTo(new Shape(1, 1, 16, 16));
      assertThat(batch.images().getDataType()).isEqualTo(DataType.FLOAT32);
      assertThat(batch.labels().getDataType()).isEqualTo(DataType.INT64);
      assertThat(batch.labels().getShape()).isEqualTo(new Shape(1));
    }
  }

  @Test
  void imagesKeepTheirLabels() {
    try (var loader = Loader.builder(numbered(50)).batchSize(8).seed(3).build()) {
      for (long step = 0; step < 12; step++) {
        Batch batch = loader.batch(step, manager);
        float[] pixels = batch.images().toFloatArray();
        long[] labels = batch.labels().toLongArray();
        for (int i = 0; i < 8; i++) {
          assertThat(pixels[6 * i]).isEqualTo(labels[i] / 127.5f - 1);
        }
      }
    }
  }

  @Test
  void anEpochShowsEveryImageOnceAndDropsTheRest() {
    try (var loader = Loader.builder(numbered(23)).batchSize(5).seed(9).build()) {
      assertThat(loader.batchesPerEpoch()).isEqualTo(4);
      var epochs = new ArrayList<long[]>();
      for (int epoch = 0; epoch < 3; epoch++) {
        long first = 4L * epoch;
        long[] seen =
            LongStream.range(first, first + 4)
                .flatMap(s -> LongStream.of(labels(loader, s)))
                .toArray();
        assertThat(seen).hasSize(20).doesNotHaveDuplicates();
        epochs.add(seen);
      }
      assertThat(epochs.get(0)).isNotEqualTo(epochs.get(1));
      assertThat(epochs.get(1)).isNotEqualTo(epochs.get(2));
    }
  }

  @Test
  void aBatchDependsOnSeedAndStepAlone() {
    ImageBytes data = numbered(40);
    var inOrder = new ArrayList<float[]>();
    try (var loader = Loader.builder(data).batchSize(8).seed(1).flip(true).prefetch(0).build()) {
      for (long step = 0; step < 20; step++) {
        inOrder.add(loader.batch(step, manager).images().toFloatArray());
      }
    }
    try (var loader = Loader.builder(data).batchSize(8).seed(1).flip(true).prefetch(3).build()) {
      for (long step : new long[] {0, 1, 2, 3, 17, 4, 4, 0, 19, 18, 5, 6, 7, 8, 9, 10, 11}) {
        assertThat(loader.batch(step, manager).images().toFloatArray())
            .isEqualTo(inOrder.get((int) step));
      }
    }
    try (var loader = Loader.builder(data).batchSize(8).seed(2).flip(true).build()) {
      assertThat(loader.batch(0, manager).images().toFloatArray()).isNotEqualTo(inOrder.get(0));
    }
  }

  @Test
  void threadsThatShareALoaderGetTheSameBatches() {
    try (var alone = Loader.builder(numbered(64)).batchSize(4).seed(5).prefetch(0).build();
        var shared = Loader.builder(numbered(64)).batchSize(4).seed(5).prefetch(2).build()) {
      List<long[]> together =
          IntStream.range(0, 200)
              .parallel()
              .mapToObj(
                  step -> {
                    try (NDManager own = manager.newSubManager()) {
                      return shared.batch(step, own).labels().toLongArray();
                    }
                  })
              .toList();
      for (int step = 0; step < 200; step++) {
        assertThat(together.get(step)).isEqualTo(labels(alone, step));
      }
    }
  }

  @Test
  void flipMirrorsAboutHalfOfTheImages() {
    ImageBytes data = numbered(100);
    int mirrored = 0;
    try (var plain = Loader.builder(data).batchSize(100).seed(4).build();
        var flipping = Loader.builder(data).batchSize(100).seed(4).flip(true).build()) {
      float[] before = plain.batch(0, manager).images().toFloatArray();
      float[] after = flipping.batch(0, manager).images().toFloatArray();
      for (int i = 0; i < 600; i += 6) {
        float[] b = Arrays.copyOfRange(before, i, i + 6);
        float[] a = Arrays.copyOfRange(after, i, i + 6);
        if (!Arrays.equals(a, b)) {
          assertThat(a).containsExactly(b[2], b[1], b[0], b[5], b[4], b[3]);
          mirrored++;
        }
      }
    }
    assertThat(mirrored).isBetween(30, 70);
  }

  @Test
  void withoutShufflingTheOrderIsTheDataSets() {
    try (var loader = Loader.builder(numbered(10)).batchSize(3).shuffle(false).build()) {
      assertThat(labels(loader, 0)).containsExactly(0, 1, 2);
      assertThat(labels(loader, 2)).containsExactly(6, 7, 8);
      assertThat(labels(loader, 3)).containsExactly(0, 1, 2);
    }
  }

  @Test
  void arraysBelongToTheGivenManager() {
    try (var loader = Loader.builder(numbered(10)).batchSize(2).build()) {
      Batch batch = loader.batch(0, manager);
      assertThat(batch.images().getManager()).isSameAs(manager);
      assertThat(batch.labels().getManager()).isSameAs(manager);
    }
  }

  @Test
  void refusesSettingsThatGiveNoBatch() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Loader.builder(numbered(10)).batchSize(11).build())
        .withMessage("The batch size is 11, but 'numbered' has 10 images; choose 1 to 10");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Loader.builder(numbered(10)).batchSize(0).build())
        .withMessageContaining("batch size is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Loader.builder(numbered(10)).batchSize(2).prefetch(-1).build())
        .withMessageContaining("Prefetching cannot be negative");
  }

  @Test
  void refusesNegativeStepsAndUseAfterClosing() {
    var loader = Loader.builder(numbered(10)).batchSize(2).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loader.batch(-1, manager))
        .withMessageContaining("the step is -1");
    loader.close();
    loader.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> loader.batch(0, manager))
        .withMessageContaining("'numbered' is closed");
  }

  @Test
  void aFailureInTheBackgroundReachesTheCaller() {
    var broken =
        new ImageData() {
          private final ImageData whole = numbered(12);

          @Override
          public String name() {
            return "broken";
          }

          @Override
          public int size() {
            return whole.size();
          }

          @Override
          public int channels() {
            return 1;
          }

          @Override
          public int height() {
            return 2;
          }

          @Override
          public int width() {
            return 3;
          }

          @Override
          public List<String> classNames() {
            return whole.classNames();
          }

          @Override
          public int label(int index) {
            return whole.label(index);
          }

          @Override
          public void copyImage(int index, byte[] target, int offset) {
            if (index == 5) {
              throw new DataException("image 5 is gone");
            }
            whole.copyImage(index, target, offset);
          }

          @Override
          public String checksum() {
            return whole.checksum();
          }
        };
    try (var loader = Loader.builder(broken).batchSize(2).shuffle(false).prefetch(2).build()) {
      assertThat(labels(loader, 0)).containsExactly(0, 1);
      assertThat(labels(loader, 1)).containsExactly(2, 3);
      assertThatExceptionOfType(DataException.class)
          .isThrownBy(() -> loader.batch(2, manager))
          .withMessage("image 5 is gone");
      assertThat(labels(loader, 3)).containsExactly(6, 7);
    }
  }
}
