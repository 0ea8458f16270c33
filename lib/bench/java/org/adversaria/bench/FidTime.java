package org.adversaria.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.adversaria.metrics.FrechetDistance;
import org.adversaria.metrics.Moments;
import org.adversaria.torch.Torch;

/**
 * Times the FID of two files of features, raw little-endian float32, row by row.
 *
 * <ul>
 *   <li>{@code FidTime write FILE ROWS WIDTH SEED} writes features like those of a network that ends
 *       in averaged ReLUs: not negative, correlated, of full rank, with a few large variances and
 *       many small ones. Another seed gives another distribution.
 *   <li>{@code FidTime REAL FAKE WIDTH} reads the files, and from then on takes the time. It prints
 *       one line of tab-separated fields: seconds for both files' moments, for the distance, and in
 *       all; the distance; the process's greatest resident memory in MiB.
 * </ul>
 */
public final class FidTime {

  /** Rows of a batch. */
  private static final int BATCH = 1000;

  /** Numbers that a feature is made of. */
  private static final int CAUSES = 64;

  private FidTime() {}

  /**
   * Runs the program.
   *
   * @param arguments see the class comment
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String... arguments) throws IOException {
    if (arguments.length == 5 && arguments[0].equals("write")) {
      write(
          Path.of(arguments[1]),
          Integer.parseInt(arguments[2]),
          Integer.parseInt(arguments[3]),
          Integer.parseInt(arguments[4]));
    } else if (arguments.length == 3) {
      time(Path.of(arguments[0]), Path.of(arguments[1]), Integer.parseInt(arguments[2]));
    } else {
      throw new IllegalArgumentException(
          "Usage: FidTime write FILE ROWS WIDTH SEED | FidTime REAL FAKE WIDTH");
    }
  }

  private static void time(Path realFile, Path fakeFile, int width) throws IOException {
    warmUp();
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray real = read(realFile, width, manager);
      NDArray fake = read(fakeFile, width, manager);
      long start = System.nanoTime();
      try (Moments a = moments(real);
          Moments b = moments(fake)) {
        long middle = System.nanoTime();
        double distance = FrechetDistance.between(a, b);
        long end = System.nanoTime();
        System.out.printf(
            Locale.ROOT,
            "%.3f\t%.3f\t%.3f\t%.12g\t%d%n",
            (middle - start) / 1e9,
            (end - middle) / 1e9,
            (end - start) / 1e9,
            distance,
            PeakMemory.mebibytes());
      }
    }
  }

  /** Compiles the scripts and starts the threads, as a process that evaluates has done before. */
  private static void warmUp() {
    try (NDManager manager = NDManager.newBaseManager();
        Moments moments = Moments.of(manager.randomNormal(new Shape(64, 8)))) {
      FrechetDistance.between(moments, moments);
    }
  }

  /** Batch by batch, as an evaluation sees features. */
  private static Moments moments(NDArray features) {
    var moments = new Moments((int) features.size(1), features.getDevice());
    for (long row = 0; row < features.size(0); row += BATCH) {
      long end = Math.min(row + BATCH, features.size(0));
      try (NDArray batch = features.get(new NDIndex().addSliceDim(row, end))) {
        moments.add(batch);
      }
    }
    return moments;
  }

  private static NDArray read(Path file, int width, NDManager manager) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      var shape = new Shape(channel.size() / (4L * width), width);
      return manager.create(bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer(), shape);
    }
  }

  private static void write(Path file, int rows, int width, int seed) throws IOException {
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        NDManager manager = NDManager.newBaseManager()) {
      Torch.setSeed(0);
      NDArray weights = manager.randomNormal(new Shape(CAUSES, width)).div(Math.sqrt(CAUSES));
      Torch.setSeed(seed);
      NDArray shift = manager.randomNormal(new Shape(width)).mul(0.1f).sub(0.5f);
      for (int row = 0; row < rows; row += BATCH) {
        try (NDManager batch = manager.newSubManager()) {
          channel.write(features(batch, Math.min(BATCH, rows - row), weights, shift));
        }
      }
    }
  }

  private static ByteBuffer features(NDManager batch, int rows, NDArray weights, NDArray shift) {
    NDArray causes = batch.randomNormal(new Shape(rows, CAUSES));
    NDArray own = batch.randomNormal(new Shape(rows, weights.getShape().get(1))).mul(0.3f);
    NDArray before = causes.matMul(weights).add(own).add(shift);
    return before.maximum(0f).toType(DataType.FLOAT32, false).toByteBuffer();
  }
}
