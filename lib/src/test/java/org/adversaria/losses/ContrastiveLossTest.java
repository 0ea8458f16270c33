package org.adversaria.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.adversaria.losses.ContrastiveLoss.D2dCe;
import org.adversaria.losses.ContrastiveLoss.NtXent;
import org.adversaria.losses.ContrastiveLoss.ProxyNca;
import org.adversaria.losses.ContrastiveLoss.TwoC;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The reference cases hold the numbers; here are the losses by hand and what follows from them. */
class ContrastiveLossTest {

  private static final float[][] CORNERS = {{1, 0}, {0, 1}, {-1, 0}};

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void twoCByHand() {
    // Images 0 and 1 are of one class; cosines: 0 between neighbours, -1 across.
    Embeddings batch = batch(new long[] {0, 0, 1}, CORNERS, CORNERS);
    double e = Math.E;
    double first = Math.log((e + 1 + 1 / e) / (e + 1));
    double second = Math.log((e + 2) / (e + 1));
    double third = Math.log((e + 1 + 1 / e) / e);
    assertThat(value(TwoC.paper(), batch, 1)).isEqualTo((first + second + third) / 3, within(1e-6));
    double alone = Math.log((e + 1 + 1 / e) / e) * 2 + Math.log((e + 2) / e);
    assertThat(value(new TwoC(0, false, false), batch, 1)).isEqualTo(alone / 3, within(1e-6));
  }

  @Test
  void theMarginOfTwoCCancelsAndTheScaleIsAConstant() {
    Embeddings batch = random(new long[] {0, 2, 1, 0, 2});
    double plain = value(TwoC.paper(), batch, 0.25);
    assertThat(value(new TwoC(0.7, true, false), batch, 0.25)).isEqualTo(plain, within(1e-5));
    assertThat(value(new TwoC(0, true, true), batch, 0.25))
        .isEqualTo(plain - Math.log(0.25), within(1e-5));
  }

  @Test
  void smallTemperaturesDoNotOverflow() {
    Embeddings batch = random(new long[] {0, 2, 1, 0, 2});
    assertThat(value(TwoC.paper(), batch, 1e-3)).isFinite().isPositive();
    assertThat(value(new NtXent(), seenAs(batch, batch.proxies()), 1e-3)).isFinite();
  }

  @Test
  void lengthsDoNotMatterWhereCosinesAreTaken() {
    Embeddings batch = random(new long[] {0, 2, 1, 0, 2});
    var longer =
        new Embeddings(
            batch.labels(),
            batch.vectors().mul(3),
            batch.proxies().mul(0.5),
            null,
            () -> batch.proxies().mul(2));
    for (ContrastiveLoss loss : List.of(TwoC.paper(), new NtXent(), new D2dCe(0.98))) {
      assertThat(value(loss, longer, 0.5))
          .isEqualTo(value(loss, seenAs(batch, batch.proxies()), 0.5), within(1e-5));
    }
  }

  @Test
  void proxyNcaByHand() {
    NDArray table = manager.create(new float[][] {{2, 0}, {0, 3}});
    NDArray labels = manager.create(new long[] {0, 1});
    NDArray vectors = manager.create(new float[][] {{1, 0}, {1, 1}});
    NDArray products = vectors.matMul(table.transpose());
    var batch = Embeddings.of(labels, vectors, table.get(labels), products);
    // -1 + log exp 0, and -cos 45 degrees + log exp 2.
    assertThat(value(new ProxyNca(), batch, 1))
        .isEqualTo((-1 + 2 - Math.sqrt(0.5)) / 2, within(1e-6));
  }

  @Test
  void ntXentDrawsAnImageToItsViewWhateverItsClass() {
    NDArray vectors = manager.create(new float[][] {{1, 0}, {-1, 0}});
    Embeddings alone = Embeddings.of(null, vectors, null, null);
    double same = value(new NtXent(), seenAs(alone, vectors), 1);
    // Of three others one is the view, with cosine 1, and two have -1.
    assertThat(same).isEqualTo(Math.log((Math.E + 2 / Math.E) / Math.E), within(1e-6));
    double crossed = value(new NtXent(), seenAs(alone, vectors.neg()), 1);
    assertThat(crossed).isGreaterThan(same);
  }

  @Test
  void d2dCeLeavesEasyPairsAlone() {
    // Every image on its proxy: the positive is within its margin, 1 - s < 1 - m.
    Embeddings easy =
        batch(new long[] {0, 1}, new float[][] {{1, 0}, {-1, 0}}, new float[][] {{1, 0}, {-1, 0}});
    // The negative's margin leaves 0; the constant is (-1 + m - 1) / t.
    double largest = (0.98 - 2) / 0.5;
    assertThat(value(new D2dCe(0.98), easy, 0.5))
        .isEqualTo(Math.log(1 + Math.exp(-largest)), within(1e-5));
    Embeddings oneClass =
        batch(new long[] {1, 1}, new float[][] {{1, 0}, {-1, 0}}, new float[][] {{1, 0}, {-1, 0}});
    assertThat(value(new D2dCe(0.98), oneClass, 0.5)).isEqualTo(0, within(1e-6));
  }

  @Test
  void settingsTravelAsJson() throws JsonProcessingException {
    var mapper = new ObjectMapper();
    for (ContrastiveLoss loss :
        List.of(new TwoC(0.1, false, true), new ProxyNca(), new NtXent(), new D2dCe(0.98))) {
      String json = mapper.writeValueAsString(loss);
      assertThat(mapper.readValue(json, ContrastiveLoss.class)).isEqualTo(loss);
    }
  }

  /** A loss that does not compare views does not ask for them, which may take a pass of D. */
  @Test
  void viewsAreAskedOnlyWhereTheyAreCompared() {
    Embeddings batch = random(new long[] {0, 2, 1, 0, 2});
    for (ContrastiveLoss loss : List.of(TwoC.paper(), new ProxyNca(), new D2dCe(0.98))) {
      assertThat(value(loss, batch, 1)).isFinite();
    }
    assertThatThrownBy(() -> value(new NtXent(), batch, 1))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("There are no views of this batch");
  }

  private static Embeddings seenAs(Embeddings batch, NDArray views) {
    return new Embeddings(
        batch.labels(), batch.vectors(), batch.proxies(), batch.products(), () -> views);
  }

  private static double value(ContrastiveLoss loss, Embeddings batch, double temperature) {
    return loss.of(batch, temperature).getFloat();
  }

  private Embeddings random(long[] labels) {
    int n = labels.length;
    return Embeddings.of(
        manager.create(labels),
        manager.randomNormal(new Shape(n, 6)),
        manager.randomNormal(new Shape(n, 6)),
        manager.randomNormal(new Shape(n, 3)));
  }

  private Embeddings batch(long[] labels, float[][] vectors, float[][] proxies) {
    return Embeddings.of(
        manager.create(labels), manager.create(vectors), manager.create(proxies), null);
  }
}
