package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CatalogTest {

  static Stream<Catalog.Entry> entries() {
    return Catalog.load().datasets().stream();
  }

  @Test
  void listsTheDataSetsOfTheFirstChapters() {
    assertThat(entries().map(Catalog.Entry::name))
        .containsExactly("mnist", "fashion-mnist", "kmnist", "cifar10", "cifar100", "mirflickr25k");
  }

  @ParameterizedTest
  @MethodSource("entries")
  void everyDataSetSaysWhoseItIsAndOnWhatTerms(Catalog.Entry entry) {
    assertThat(entry.title()).isNotBlank();
    assertThat(entry.licence()).isNotBlank();
    assertThat(entry.citation()).isNotBlank();
    assertThat(entry.files()).isNotEmpty();
  }

  @Test
  void everyFileIsHadOverHttpsAndKnownByItsSizeAndSha256() {
    Catalog catalog = Catalog.load();
    var own = new ArrayList<String>();
    for (Catalog.Entry entry : concat(catalog.datasets(), catalog.networks())) {
      assertThat(entry.homepage()).startsWith("https://");
      for (Catalog.RemoteFile file : entry.files()) {
        if (file.urls().isEmpty()) {
          own.add(file.name());
          continue;
        }
        assertThat(file.urls())
            .allMatch(url -> url.startsWith("https://") && url.endsWith("/" + file.name()));
        assertThat(file.size()).isPositive();
        assertThat(file.sha256()).matches("[0-9a-f]{64}");
      }
    }
    assertThat(own).containsExactly("mirflickr", "lpips-alex.pt");
  }

  private static List<Catalog.Entry> concat(List<Catalog.Entry> a, List<Catalog.Entry> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }

  @Test
  void tellsWhatMnistUnpacksTo() {
    Catalog.RemoteFile file = Catalog.load().entry("mnist").file("train-images-idx3-ubyte.gz");
    assertThat(file.content().size()).isEqualTo(16 + 60_000 * 28 * 28);
    assertThat(file.size()).isEqualTo(9_912_422);
  }

  @Test
  void everyNetworkSaysWhoseItIsAndHowItIsHad() {
    List<Catalog.Entry> networks = Catalog.load().networks();
    assertThat(networks)
        .extracting(Catalog.Entry::name)
        .containsExactly("inception-2015-12-05", "lpips-alex");
    for (Catalog.Entry network : networks) {
      everyDataSetSaysWhoseItIsAndOnWhatTerms(network);
      assertThat(network.files()).hasSize(1);
      Catalog.RemoteFile file = network.files().get(0);
      assertThat(file.name()).isEqualTo(network.name() + ".pt");
      if (file.urls().isEmpty()) {
        assertThat(file.recipe()).contains("torch.jit.save");
      }
    }
  }
}
