import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.metrics.Evaluation;
import org.adversaria.metrics.EvaluationPart;
import org.adversaria.metrics.FeatureExtractor;
import org.adversaria.metrics.Features;
import org.adversaria.spark.SparkSessions;
import org.adversaria.torch.Text;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * What a driver of Spark has to do for each task and each part of an evaluation, whatever the
 * machines that compute them do. Prints Markdown.
 *
 * <p>Argument: the master. Where a class is asked of a cluster's executors they have to have it;
 * here all of them are Spark's own, and the identity function of the JDK.
 */
public final class SparkLimits {

  /** Characters of a cell or of its result as JSON, rounded up. */
  private static final int JSON = 4000;

  private static final int TASKS = 2000;
  private static final int ROUNDS = 5;

  private SparkLimits() {}

  /** Measures tasks, then parts of FID for features of some widths. */
  public static void main(String[] arguments) throws Exception {
    try (SparkSession spark = SparkSessions.create(arguments[0])) {
      var context = new JavaSparkContext(spark.sparkContext());
      seconds(context, 200);
      System.out.println("| what the driver does | times | ms each |");
      System.out.println("|---|---:|---:|");
      System.out.println(
          Text.format(
              "| a task with %,d characters of JSON there and back, which computes nothing | %,d | %.2f |",
              JSON, TASKS, 1000 * seconds(context, TASKS) / TASKS));
    }
    System.out.println();
    System.out.println("| features | bytes of a part | merging two, ms |");
    System.out.println("|---:|---:|---:|");
    for (int width : new int[] {64, 512, 2048}) {
      merge(width);
    }
  }

  private static double seconds(JavaSparkContext context, int tasks) {
    List<String> texts = Collections.nCopies(tasks, "x".repeat(JSON));
    long start = System.nanoTime();
    context.parallelize(texts, tasks).collect();
    return (System.nanoTime() - start) / 1e9;
  }

  /** Numbers that depend on the pixels, as many as are asked for. */
  private record Wide(int width) implements FeatureExtractor {

    @Override
    public String name() {
      return "wide";
    }

    @Override
    public String fingerprint() {
      return "wide-" + width;
    }

    @Override
    public Device device() {
      return Device.cpu();
    }

    @Override
    public Features extract(NDArray images) {
      NDArray pixels = images.reshape(images.getShape().get(0), -1);
      long columns = pixels.getShape().get(1);
      NDArray repeated = pixels.repeat(1, (width + columns - 1) / columns);
      return new Features(repeated.get(":, :" + width).mul(1), null);
    }

    @Override
    public void close() {}
  }

  private static void merge(int width) {
    ImageData images = Shapes.builder().size(400).build();
    Evaluation evaluation = Evaluation.of(images).against(images).features(new Wide(width)).fid();
    byte[] one = evaluation.part(0, 2).toBytes();
    byte[] other = evaluation.part(2, 4).toBytes();
    var times = new ArrayList<Double>();
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      byte[] merged = EvaluationPart.from(one).merge(EvaluationPart.from(other)).toBytes();
      times.add((System.nanoTime() - start) / 1e6);
      if (merged.length < one.length) {
        throw new IllegalStateException("The parts were not merged");
      }
    }
    Collections.sort(times);
    System.out.println(
        Text.format("| %d | %,d | %.1f |", width, one.length, times.get(ROUNDS / 2)));
  }
}
