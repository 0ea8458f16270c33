package org.adversaria.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The names of columns as figures show them: {@code loss_discriminator} is "loss of D".
 *
 * <p>A name is a quantity and, after its last underscore, a network. Quantities and networks that
 * are not in the tables stay as they are, with spaces for underscores.
 */
final class ReadableNames {

  private static final Map<String, String> NETWORKS =
      Map.of("discriminator", "D", "generator", "G", "classifier", "C");

  private static final Map<String, String> QUANTITIES =
      Map.of(
          "contrast", "contrastive loss",
          "classifier", "classification loss",
          "cr", "consistency loss",
          "zcr", "latent consistency loss",
          "r1", "R1 penalty",
          "path_length", "path length penalty",
          "orthogonal", "orthogonality penalty",
          "fid", "FID",
          "kid", "KID");

  private ReadableNames() {}

  /** A column's name for a legend or an axis. */
  static String of(String column) {
    if (QUANTITIES.containsKey(column)) {
      return QUANTITIES.get(column);
    }
    int last = column.lastIndexOf('_');
    String network = NETWORKS.get(column.substring(last + 1));
    if (last <= 0 || network == null) {
      return column.replace('_', ' ').strip();
    }
    String quantity = column.substring(0, last);
    return QUANTITIES.getOrDefault(quantity, quantity.replace('_', ' ')) + " of " + network;
  }

  /**
   * What the readable names of columns have in common, for the axis that they share: "loss" for
   * "loss of D" and "loss of G". It is "value" where they have nothing in common.
   */
  static String common(List<String> columns) {
    List<List<String>> names =
        columns.stream().map(column -> List.of(of(column).split(" "))).toList();
    List<String> start = new ArrayList<>(names.get(0));
    List<String> end = new ArrayList<>(names.get(0));
    for (List<String> name : names) {
      while (!startsWith(name, start)) {
        start.remove(start.size() - 1);
      }
      while (!endsWith(name, end)) {
        end.remove(0);
      }
    }
    while (!start.isEmpty() && start.get(start.size() - 1).equals("of")) {
      start.remove(start.size() - 1);
    }
    String label = String.join(" ", start.isEmpty() ? withoutNetwork(end) : start);
    return label.isEmpty() ? "value" : label;
  }

  /** No words where they only name a network, as in "of D". */
  private static List<String> withoutNetwork(List<String> words) {
    boolean network = !words.isEmpty() && NETWORKS.containsValue(words.get(words.size() - 1));
    return network ? List.of() : words;
  }

  private static boolean startsWith(List<String> words, List<String> start) {
    return words.size() >= start.size() && words.subList(0, start.size()).equals(start);
  }

  private static boolean endsWith(List<String> words, List<String> end) {
    return words.size() >= end.size()
        && words.subList(words.size() - end.size(), words.size()).equals(end);
  }
}
