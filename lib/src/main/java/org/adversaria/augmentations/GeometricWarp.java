package org.adversaria.augmentations;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
 * reaches is computed. The interpolation gathers four pixels and weights them. Where it acts on
 * each axis alone, as without a turn by other than right angles, it is a matrix, too, and the whole
 * is {@code R X C^T} with matrices of an image's size. Matrix products and gathering have gradients
 * of every order, which PyTorch's {@code grid_sample} has not. Images are taken one by one, which
 * on a CPU leaves an image's arrays in the cache; those that are not moved are returned as they
 * are.
 *
 * <p>Source: Karras et al., "Training Generative Adversarial Networks with Limited Data", 2020,
 * appendix B, orthogonal lowpass filters; the padding is that of the published code.
 */
final class GeometricWarp {

  /** How an image is transformed; the numbers are the script's. */
  private enum Kind {
    UNMOVED,
    BY_AXIS,
    TURNED_BY_AXIS,
    OBLIQUE
  }

  /** A smaller coefficient is a rounding error, such as that of the cosine of a right angle. */
  private static final double ROUNDING = 1e-12;

  /** Longs of an image in {@link #plans}. */
  private static final int PLAN = 5;

  /** A window's matrices, coordinates and interpolation; {@code C, H, W} are an image's sizes. */
  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def warp(self, x: Tensor, up_rows: Tensor, up_columns: Tensor, down_rows: Tensor,
                   down_columns: Tensor, row_maps: Tensor, column_maps: Tensor, affine: Tensor,
                   plans: Tensor) -> Tensor:
            # Coordinates of the grid, (2H + 12, 1) and (1, 2W + 12).
            grid_rows = torch.unsqueeze(self.grid(down_rows), 1)
            grid_columns = torch.unsqueeze(self.grid(down_columns), 0)
            images = torch.unbind(x, 0)
            warped = annotate(List[Tensor], [])
            by_axis = 0
            for n in range(torch.len(images)):
              plan = torch.select(plans, 0, n)
              kind = int(torch.select(plan, 0, 0))
              left = int(torch.select(plan, 0, 1))
              right = int(torch.select(plan, 0, 2))
              top = int(torch.select(plan, 0, 3))
              bottom = int(torch.select(plan, 0, 4))
              if torch.eq(kind, 0):
                warped.append(images[n])
              elif torch.lt(kind, 3):
                image = images[n]
                if torch.eq(kind, 2):
                  image = torch.transpose(image, 1, 2)
                rows = torch.select(row_maps, 0, by_axis)
                columns = torch.select(column_maps, 0, by_axis)
                warped.append(torch.matmul(rows, torch.matmul(image, torch.t(columns))))
                by_axis = torch.add(by_axis, 1)
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

  private final NDArray images;
  private final WarpAxis horizontal;
  private final WarpAxis vertical;

  /** For each image its kind and its window: left, right, top, bottom; zeros where it has none. */
  private final LongBuffer plans;

  /** For each oblique image its places, see {@link #places}: of columns, then of rows. */
  private final FloatBuffer affine;

  /** The matrices {@link WarpAxis#map} of the images that are transformed by axis, in order. */
  private final List<float[]> rowMaps = new ArrayList<>();

  private final List<float[]> columnMaps = new ArrayList<>();

  private GeometricWarp(NDArray images, Matrix... inverse) {
    this.images = images;
    int height = (int) images.getShape().get(2);
    int width = (int) images.getShape().get(3);
    horizontal = WarpAxis.of(0, width, height, inverse);
    vertical = WarpAxis.of(1, height, width, inverse);
    plans = LongBuffer.allocate(PLAN * inverse.length);
    affine = FloatBuffer.allocate(6 * inverse.length);
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
    var warp = new GeometricWarp(images, inverse);
    for (int n = 0; n < inverse.length; n++) {
      warp.plan(n, inverse[n]);
    }
    return warp.warped();
  }

  private void plan(int n, Matrix inverse) {
    Kind kind = kind(inverse);
    plans.position(PLAN * n).put(kind.ordinal());
    if (kind == Kind.UNMOVED) {
      return;
    }
    double[] u = places(horizontal, inverse.rows()[0]);
    double[] v = places(vertical, inverse.rows()[1]);
    if (kind == Kind.BY_AXIS) {
      rowMaps.add(vertical.map(vertical, v[1], v[2]));
      columnMaps.add(horizontal.map(horizontal, u[0], u[2]));
    } else if (kind == Kind.TURNED_BY_AXIS) {
      rowMaps.add(horizontal.map(vertical, u[1], u[2]));
      columnMaps.add(vertical.map(horizontal, v[0], v[2]));
    } else {
      affine.position(6 * n);
      window(horizontal, u);
      window(vertical, v);
    }
  }

  private Kind kind(Matrix inverse) {
    double[] u = inverse.rows()[0];
    double[] v = inverse.rows()[1];
    if (inverse.isIdentity()) {
      return Kind.UNMOVED;
    }
    if (Math.max(Math.abs(u[1]), Math.abs(v[0])) < ROUNDING) {
      return Kind.BY_AXIS;
    }
    boolean turned = Math.max(Math.abs(u[0]), Math.abs(v[1])) < ROUNDING;
    return turned && horizontal.size() == vertical.size() ? Kind.TURNED_BY_AXIS : Kind.OBLIQUE;
  }

  private NDArray warped() {
    NDManager manager = images.getManager();
    int count = plans.capacity() / PLAN;
    return SCRIPT
        .method("warp")
        .call(
            images,
            typed(vertical.up(manager)),
            typed(horizontal.up(manager)),
            typed(vertical.down(manager)),
            typed(horizontal.down(manager)),
            maps(rowMaps, vertical.size()),
            maps(columnMaps, horizontal.size()),
            typed(manager.create(affine.array(), new Shape(count, 2, 3))),
            // The script reads these numbers, for which it would wait for a GPU.
            manager.create(plans.array(), new Shape(count, PLAN)).toDevice(Device.cpu(), false));
  }

  private NDArray maps(List<float[]> maps, int size) {
    FloatBuffer all = FloatBuffer.allocate(maps.size() * size * size);
    maps.forEach(all::put);
    return typed(images.getManager().create(all.array(), new Shape(maps.size(), size, size)));
  }

  private NDArray typed(NDArray array) {
    return array.toType(DataTypes.require(images.getDataType()), false);
  }

  /**
   * The places on an axis, padded and upsampled, as a function of the grid's column i and row j:
   * {@code a i + b j + c}.
   *
   * @param row of the matrix
   * @return a, b, c
   */
  private double[] places(WarpAxis axis, double... row) {
    double a = row[0];
    double b = row[1];
    // Column i of the grid lies (i - (W + 5)) / 2 pixels from the centre of the result.
    double c =
        2 * row[2]
            - a * (horizontal.grid() / 2 - 1)
            - b * (vertical.grid() / 2 - 1)
            + axis.centre();
    return new double[] {a, b, c};
  }

  /** The rows of {@link WarpAxis#up} that an image needs, and its places counted from the first. */
  private void window(WarpAxis axis, double... places) {
    double across = places[0] * (horizontal.grid() - 1);
    double along = places[1] * (vertical.grid() - 1);
    double least = places[2] + Math.min(0, across) + Math.min(0, along);
    double most = places[2] + Math.max(0, across) + Math.max(0, along);
    int from = (int) axis.clamped(least);
    int to = (int) Math.ceil(axis.clamped(most));
    plans.put(from).put(to + 2);
    affine.put((float) places[0]).put((float) places[1]).put((float) (places[2] - from));
  }
}
