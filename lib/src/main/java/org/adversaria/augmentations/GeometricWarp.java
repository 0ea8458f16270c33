package org.adversaria.augmentations;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.adversaria.torch.DataTypes;
import org.adversaria.torch.TorchScript;

/**
 * Affine transforms of images, by resampling at twice their resolution.
 *
 * <p>An image is padded by reflection and upsampled by two with the wavelet {@link Wavelets#SYM6};
 * bilinear interpolation takes it at the transformed places of a grid of the double resolution, and
 * the same filter downsamples the result. What lies beyond the padding is 0.
 *
 * <p>All is linear in the image. Padding and upsampling an axis is a matrix, and so is downsampling
 * it, so that an image is {@code R X C^T} at twice its resolution; only the window that its grid
 * reaches is computed. The interpolation gathers four pixels and weights them. Matrix products and
 * gathering have gradients of every order, which PyTorch's {@code grid_sample} has not. Images are
 * taken one by one, which on a CPU leaves an image's arrays in the cache; those that are not moved
 * are returned as they are.
 *
 * <p>Source: Karras et al., "Training Generative Adversarial Networks with Limited Data", 2020,
 * appendix B, figure 20, lines 31 to 38, with the padding of the published code.
 */
final class GeometricWarp {

  /** The number of pixels at the double resolution that the filter reaches on each side. */
  private static final int REACH = Wavelets.SYM6.length / 2;

  /** A window's matrices, coordinates and interpolation; {@code C, H, W} are an image's sizes. */
  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def warp(self, x: Tensor, up_rows: Tensor, up_columns: Tensor, down_rows: Tensor,
                   down_columns: Tensor, affine: Tensor, windows: Tensor) -> Tensor:
            # Coordinates of the grid, (2H + 12, 1) and (1, 2W + 12).
            grid_rows = torch.unsqueeze(self.grid(down_rows), 1)
            grid_columns = torch.unsqueeze(self.grid(down_columns), 0)
            images = torch.unbind(x, 0)
            warped = annotate(List[Tensor], [])
            for n in range(torch.len(images)):
              window = torch.select(windows, 0, n)
              left = int(torch.select(window, 0, 0))
              right = int(torch.select(window, 0, 1))
              top = int(torch.select(window, 0, 2))
              bottom = int(torch.select(window, 0, 3))
              if torch.eq(right, 0):
                warped.append(images[n])
              else:
                rows = torch.slice(up_rows, 0, top, bottom, 1)
                columns = torch.slice(up_columns, 0, left, right, 1)
                large = torch.matmul(rows, torch.matmul(images[n], torch.t(columns)))
                places = torch.select(affine, 0, n)
                u = self.place(torch.select(places, 0, 0), grid_columns, grid_rows)
                v = self.place(torch.select(places, 0, 1), grid_columns, grid_rows)
                moved = self.interpolated(large, u, v)
                small = torch.matmul(down_rows, torch.matmul(moved, torch.t(down_columns)))
                warped.append(small)
            return torch.stack(warped, 0)

          def grid(self, down: Tensor) -> Tensor:
            return torch.arange(torch.size(down, 1), dtype=ops.prim.dtype(down), layout=None, \
          device=ops.prim.device(down), pin_memory=None)

          def place(self, row: Tensor, across: Tensor, along: Tensor) -> Tensor:
            first = torch.mul(across, torch.select(row, 0, 0))
            second = torch.mul(along, torch.select(row, 0, 1))
            return torch.add(first, torch.add(second, torch.select(row, 0, 2)))

          def interpolated(self, x: Tensor, u: Tensor, v: Tensor) -> Tensor:
            channels = torch.size(x, 0)
            width = torch.size(x, 2)
            u = torch.clamp_(u, 0, torch.sub(width, 2))
            v = torch.clamp_(v, 0, torch.sub(torch.size(x, 1), 2))
            left = torch.floor(u)
            top = torch.floor(v)
            first = torch.add(torch.mul(torch.to(top, 4), width), torch.to(left, 4))
            to_others = torch.tensor([0, 1, width, torch.add(width, 1)], dtype=4, \
          device=ops.prim.device(x))
            indices = torch.add(torch.reshape(to_others, [4, 1, 1]), first)
            indices = torch.expand(torch.reshape(indices, [1, -1]), [channels, -1])
            pixels = torch.gather(torch.flatten(x, 1), 1, indices)
            shape = [channels, 2, 2, torch.size(u, 0), torch.size(u, 1)]
            rows = torch.unbind(torch.reshape(pixels, shape), 1)
            columns = torch.unbind(torch.lerp(rows[0], rows[1], torch.sub(v, top)), 1)
            return torch.lerp(columns[0], columns[1], torch.sub(u, left))
          """);

  private final Axis horizontal;
  private final Axis vertical;
  private final Matrix[] inverse;

  private GeometricWarp(int height, int width, Matrix... inverse) {
    this.inverse = inverse;
    horizontal = axis(0, width, height, inverse);
    vertical = axis(1, height, width, inverse);
  }

  /**
   * Transforms images.
   *
   * @param images {@code (N, C, H, W)}
   * @param inverse for each image the matrix from places (x, y, 1) of the result to those of the
   *     image, in pixels to the right and down from the centre
   * @return {@code (N, C, H, W)}
   */
  static NDArray apply(NDArray images, Matrix... inverse) {
    Shape shape = images.getShape();
    return new GeometricWarp((int) shape.get(2), (int) shape.get(3), inverse).apply(images);
  }

  private NDArray apply(NDArray images) {
    NDManager manager = images.getManager();
    int count = inverse.length;
    var affine = new float[count * 6];
    var windows = new long[count * 4];
    boolean any = false;
    for (int n = 0; n < count; n++) {
      if (!inverse[n].isIdentity()) {
        any = true;
        window(horizontal, inverse[n].rows()[0], affine, 6 * n, windows, 4 * n);
        window(vertical, inverse[n].rows()[1], affine, 6 * n + 3, windows, 4 * n + 2);
      }
    }
    if (!any) {
      return images;
    }
    NDArray scalars = manager.create(affine, new Shape(count, 2, 3));
    return SCRIPT
        .method("warp")
        .call(
            images,
            typed(vertical.up(manager), images),
            typed(horizontal.up(manager), images),
            typed(vertical.down(manager), images),
            typed(horizontal.down(manager), images),
            typed(scalars, images),
            manager.create(windows, new Shape(count, 4)).toDevice(ai.djl.Device.cpu(), false));
  }

  private static NDArray typed(NDArray array, NDArray images) {
    return array.toType(DataTypes.require(images.getDataType()), false);
  }

  /**
   * The rows of {@link Axis#up} that an image needs, and its places as a function of the grid's
   * column i and row j, {@code a i + b j + c}, counted from the window's first row.
   */
  private void window(
      Axis axis, double[] row, float[] affine, int offset, long[] windows, int first) {
    double a = row[0];
    double b = row[1];
    int lastColumn = 2 * horizontal.size + 2 * REACH - 1;
    int lastRow = 2 * vertical.size + 2 * REACH - 1;
    // Column i of the grid lies at (i - W - 5) / 2 pixels from the centre of the result.
    double c =
        2 * row[2]
            - a * (horizontal.size + REACH - 1)
            - b * (vertical.size + REACH - 1)
            + axis.size
            - 1
            + axis.first();
    double least = c + Math.min(0, a * lastColumn) + Math.min(0, b * lastRow);
    double most = c + Math.max(0, a * lastColumn) + Math.max(0, b * lastRow);
    int last = axis.length() - 2; // the first zero behind the padded image
    int from = (int) Math.floor(Math.min(Math.max(least, 0), last));
    int to = (int) Math.ceil(Math.min(Math.max(most, 0), last));
    windows[first] = from;
    windows[first + 1] = to + 2;
    affine[offset] = (float) a;
    affine[offset + 1] = (float) b;
    affine[offset + 2] = (float) (c - from);
  }

  /**
   * The padding that the corners of all transformed images need, and the filter: at most what
   * reflection can give.
   */
  private static Axis axis(int row, int size, int other, Matrix... inverse) {
    double half = (size - 1) / 2.0;
    double across = row == 0 ? half : (other - 1) / 2.0;
    double along = row == 0 ? (other - 1) / 2.0 : half;
    double before = Double.NEGATIVE_INFINITY;
    double after = Double.NEGATIVE_INFINITY;
    for (Matrix matrix : inverse) {
      double[] m = matrix.rows()[row];
      double reach = Math.abs(m[0]) * across + Math.abs(m[1]) * along;
      before = Math.max(before, reach - m[2]);
      after = Math.max(after, reach + m[2]);
    }
    return new Axis(size, margin(before, half, size), margin(after, half, size));
  }

  private static int margin(double reach, double half, int size) {
    return (int) Math.ceil(Math.min(Math.max(reach + REACH - half, 0), size - 1));
  }

  /**
   * The rows or columns of images.
   *
   * @param size of an image
   * @param before the padding before it
   * @param after the padding after it
   */
  private record Axis(int size, int before, int after) {

    /** The first pixel's place at the double resolution, behind a zero and the padding. */
    int first() {
      return 2 * before + 1;
    }

    /** The padded and upsampled axis with a zero before it and two behind. */
    int length() {
      return 2 * (before + size + after) + 3;
    }

    /** Padding and upsampling with gain 2: {@code (length, size)}. */
    NDArray up(NDManager manager) {
      int padded = before + size + after;
      var matrix = new float[length() * size];
      for (int k = 0; k < 2 * padded; k++) {
        for (int tap = (k + 1) % 2; tap < Wavelets.SYM6.length; tap += 2) {
          int place = (k + REACH - 1 - tap) / 2;
          if (k + REACH - 1 >= tap && place < padded) {
            int pixel = Wavelets.reflected(place - before, size);
            matrix[(k + 1) * size + pixel] += (float) (2 * Wavelets.SYM6[tap]);
          }
        }
      }
      return manager.create(matrix, new Shape(length(), size));
    }

    /** Downsampling the grid: {@code (size, 2 size + 12)}. */
    NDArray down(NDManager manager) {
      int grid = 2 * size + 2 * REACH;
      var matrix = new float[size * grid];
      for (int i = 0; i < size; i++) {
        for (int tap = 0; tap < Wavelets.SYM6.length; tap++) {
          matrix[i * grid + 2 * i + 1 + tap] = (float) Wavelets.SYM6[tap];
        }
      }
      return manager.create(matrix, new Shape(size, grid));
    }
  }
}
