package org.adversaria.augmentations;

/** Methods that the scripts of this package share. */
final class Pixels {

  /**
   * Methods to append to a script: {@code pick} gathers the pixels at rows {@code (N, H)} and
   * columns {@code (N, W)}, {@code positions} returns the indices of an axis, {@code integers}
   * draws one integer for each image.
   */
  static final String METHODS =
      """

      def pick(self, x: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
        first = torch.unsqueeze(torch.mul(rows, torch.size(x, 3)), 2)
        places = torch.flatten(torch.add(first, torch.unsqueeze(columns, 1)), 1)
        places = torch.expand(torch.unsqueeze(places, 1), [-1, torch.size(x, 1), -1])
        return torch.reshape(torch.gather(torch.flatten(x, 2), 2, places), torch.size(x))

      def positions(self, x: Tensor, axis: int) -> Tensor:
        return torch.arange(torch.size(x, axis), dtype=4, layout=None, \
      device=ops.prim.device(x), pin_memory=None)

      def integers(self, x: Tensor, low: int, high: int) -> Tensor:
        return torch.randint(low, high, [torch.size(x, 0)], dtype=4, layout=None, \
      device=ops.prim.device(x), pin_memory=None)
      """;

  private Pixels() {}
}
