package org.adversaria.bench;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.adversaria.data.ImageData;
import org.adversaria.data.Loader;
import org.adversaria.data.Shapes;

/**
 * How many images a loader gives in a second: 32x32 colour images from memory, mirrored at random,
 * in batches of 64, alone and while the row dcgan-32 trains beside it.
 *
 * <p>{@code LoaderRate SECONDS} prints a Markdown table. The aim is 20,000 in a second.
 */
public final class LoaderRate {

  private static final int BATCH = 64;

  private LoaderRate() {}

  /**
   * Runs the program.
   *
   * @param arguments see the class comment
   * @throws InterruptedException if it is interrupted
   */
  public static void main(String... arguments) throws InterruptedException {
    if (arguments.length != 1) {
      throw new IllegalArgumentException("Usage: LoaderRate SECONDS");
    }
    double seconds = Double.parseDouble(arguments[0]);
    ImageData data = Shapes.builder().resolution(32).channels(3).size(5000).build();
    try (NDManager manager = NDManager.newBaseManager();
        Loader loader = Loader.builder(data).batchSize(BATCH).seed(1).flip(true).build()) {
      rate(loader, manager, seconds); // the warm-up
      System.out.println("| beside it | images a second |");
      System.out.println("|---|---:|");
      print("nothing", rate(loader, manager, seconds));
      var over = new AtomicBoolean();
      var started = new AtomicBoolean();
      Thread trainer = new Thread(() -> train(started, over));
      trainer.setDaemon(true);
      trainer.start();
      while (!started.get()) {
        Thread.sleep(10);
      }
      print("training, dcgan-32", rate(loader, manager, seconds));
      over.set(true);
      trainer.join();
    }
  }

  private static void print(String beside, double rate) {
    System.out.printf(Locale.ROOT, "| %s | %.0f |%n", beside, rate);
  }

  private static double rate(Loader loader, NDManager manager, double seconds) {
    long start = System.nanoTime();
    long batches = 0;
    while (System.nanoTime() - start < seconds * 1e9) {
      try (NDManager scratch = manager.newSubManager()) {
        loader.batch(batches++, scratch);
      }
    }
    return batches * BATCH / ((System.nanoTime() - start) / 1e9);
  }

  private static void train(AtomicBoolean started, AtomicBoolean over) {
    try {
      while (!over.get()) {
        StepTime.train("dcgan-32", 20, step -> started.set(started.get() || step == 3));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
