package org.adversaria.augmentations;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
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
 * appendix B, orthogonal lowpass filters; the padding is that of the published code.
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

  private GeometricWarp(int height, int width, Matrix... inverse) {
    horizontal = Axis.of(0, width, height, inverse);
    vertical = Axis.of(1, height, width, inverse);
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
    if (Arrays.stream(inverse).allMatch(Matrix::isIdentity)) {
      return images;
    }
    Shape shape = images.getShape();
    return new GeometricWarp((int) shape.get(2), (int) shape.get(3), inverse)
        .warped(images, inverse);
  }

  private NDArray warped(NDArray images, Matrix... inverse) {
    NDManager manager = images.getManager();
    var affine = FloatBuffer.allocate(6 * inverse.length);
    var windows = LongBuffer.allocate(4 * inverse.length); // of unmoved images zeros
    for (int n = 0; n < inverse.length; n++) {
      if (!inverse[n].isIdentity()) {
        windows.position(4 * n);
        affine.position(6 * n);
        window(horizontal, inverse[n].rows()[0], affine, windows);
        window(vertical, inverse[n].rows()[1], affine, windows);
      }
    }
    return SCRIPT
        .method("warp")
        .call(
            images,
            typed(vertical.up(manager), images),
            typed(horizontal.up(manager), images),
            typed(vertical.down(manager), images),
            typed(horizontal.down(manager), images),
            typed(manager.create(affine.array(), new Shape(inverse.length, 2, 3)), images),
            // The script reads these numbers, for which it would wait for a GPU.
            manager
                .create(windows.array(), new Shape(inverse.length, 4))
                .toDevice(Device.cpu(), false));
  }

  private static NDArray typed(NDArray array, NDArray images) {
    return array.toType(DataTypes.require(images.getDataType()), false);
  }

  /**
   * The rows of {@link Axis#up} that an image needs, and its places as a function of the grid's
   * column i and row j, {@code a i + b j + c}, counted from the window's first row.
   */
  private void window(Axis axis, double[] row, FloatBuffer affine, LongBuffer windows) {
    double a = row[0];
    double b = row[1];
    // Column i of the grid lies (i - (W + 5)) / 2 pixels from the centre of the result.
    double c =
        2 * row[2]
            - a * (horizontal.grid() / 2 - 1)
            - b * (vertical.grid() / 2 - 1)
            + axis.centre();
    double across = a * (horizontal.grid() - 1);
    double along = b * (vertical.grid() - 1);
    double least = c + Math.min(0, across) + Math.min(0, along);
    double most = c + Math.max(0, across) + Math.max(0, along);
    int last = axis.length() - 2; // the first zero behind the padded image
    int from = (int) Math.floor(Math.min(Math.max(least, 0), last));
    int to = (int) Math.ceil(Math.min(Math.max(most, 0), last));
    windows.put(from).put(to + 2);
    affine.put((float) a).put((float) b).put((float) (c - from));
  }

  /**
   * The rows or columns of images.
   *
   * @param size of an image
   * @param before the padding before it
   * @param after the padding after it
   */
  private record Axis(int size, int before, int after) {

    /**
     * The padding that the corners of all transformed images need, and the filter: at most what
     * reflection can give.
     */
    static Axis of(int row, int size, int otherSize, Matrix... inverse) {
      double half = (size - 1) / 2.0;
      double otherHalf = (otherSize - 1) / 2.0;
      double before = 0;
      double after = 0;
      for (Matrix matrix : inverse) {
        double[] m = matrix.rows()[row];
        double corner = Math.abs(m[row]) * half + Math.abs(m[1 - row]) * otherHalf;
        before = Math.max(before, corner - m[2] - half + REACH);
        after = Math.max(after, corner + m[2] - half + REACH);
      }
      return new Axis(size, margin(before, size), margin(after, size));
    }

    private static int margin(double needed, int size) {
      return (int) Math.ceil(Math.min(needed, size - 1));
    }

    /** The grid: the double resolution, and what the filter reaches on both sides. */
    int grid() {
      return 2 * size + 2 * REACH;
    }

    /** The padded and upsampled axis with a zero before it and two behind. */
    int length() {
      return 2 * (before + size + after) + 3;
    }

    /** The place of the image's centre among them. */
    int centre() {
      return 1 + 2 * before + size - 1;
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
      var matrix = new float[size * grid()];
      for (int i = 0; i < size; i++) {
        for (int tap = 0; tap < Wavelets.SYM6.length; tap++) {
          matrix[i * grid() + 2 * i + 1 + tap] = (float) Wavelets.SYM6[tap];
        }
      }
      return manager.create(matrix, new Shape(size, grid()));
    }
  }
}
