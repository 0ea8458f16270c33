package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.LinearAlgebra;
import org.adversaria.torch.LinearAlgebra.Eigen;
import org.adversaria.torch.Text;

/**
 * The Fréchet distance between two normal distributions; of features of images it is the FID
 * (Heusel et al., 2017, equation 6): |m - m'|<sup>2</sup> + tr(S + S' - 2 (S S')<sup>1/2</sup>).
 *
 * <p>The trace of the root is the sum of the singular values of A<sup>T</sup> B for any factors S =
 * A A<sup>T</sup>, S' = B B<sup>T</sup>, so that no root of a non-symmetric matrix is taken:
 *
 * <ul>
 *   <li>Both covariances well conditioned: A is the Cholesky factor of S, and the singular values
 *       are the roots of the eigenvalues of A<sup>T</sup> S' A.
 *   <li>Otherwise (fewer samples than features, constant or repeated features): A and B are made of
 *       eigenvectors; eigenvalues below n ε times the largest (n features, ε = 2<sup>-52</sup>)
 *       count as 0, being rounding errors.
 * </ul>
 *
 * <p>The field's usual programs take {@code scipy.linalg.sqrtm(S S')}. Where both covariances have
 * full rank the two agree to rounding. Where one has not, the root of a product turns a rounding
 * error of 1e-16 in each eigenvalue that should be 0 into 1e-8: those programs are uncertain by
 * about 1e-8 (s s')<sup>1/2</sup> for each rank that is missing, s and s' being the largest
 * variances, and give distances slightly below 0 between equal sets. Where SciPy finds no finite
 * root, as it may if each set has a constant feature that varies in the other, they add 1e-6 to
 * both diagonals, and the distance falls by 2e-3 s<sub>i</sub><sup>1/2</sup> for each direction i
 * that one set lacks and in which the other has variance s<sub>i</sub>. This class does not: a
 * direction that a set lacks counts as 0 there, and equal moments are at distance 0 up to 1e-12
 * tr(S). With few samples the distance is strongly biased, by any program.
 */
public final class FrechetDistance {

  /** Squared pivots of a well-conditioned covariance lie within this ratio. */
  private static final double WELL_CONDITIONED = 1e-8;

  private FrechetDistance() {}

  /**
   * Returns the distance between two sets of features.
   *
   * @param a moments of one set
   * @param b moments of the other, of the same width
   * @return the distance, at least 0
   * @throws IllegalArgumentException if the widths differ
   * @throws IllegalStateException if a set has fewer than 2 samples
   */
  public static double between(Moments a, Moments b) {
    if (a.width() != b.width()) {
      throw new IllegalArgumentException(
          Text.format(
              "The moments have %d and %d columns; both are to come from one extractor",
              a.width(), b.width()));
    }
    try (var scope = new NDScope()) {
      return between(a.mean(), a.covariance(), b.mean(), b.covariance());
    }
  }

  /**
   * Returns the distance between two normal distributions.
   *
   * @param meanA {@code (n)}, float32 or float64 as all arguments
   * @param covarianceA {@code (n, n)}, symmetric
   * @param meanB {@code (n)}
   * @param covarianceB {@code (n, n)}, symmetric
   * @return the distance, at least 0
   * @throws IllegalArgumentException if the shapes do not fit or a number is not finite
   */
  public static double between(
      NDArray meanA, NDArray covarianceA, NDArray meanB, NDArray covarianceB) {
    requireMoments(meanA, covarianceA, meanA.size());
    requireMoments(meanB, covarianceB, meanA.size());
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      NDArray difference = inDouble(meanA).sub(inDouble(meanB));
      double means = difference.square().sum().getDouble();
      double traces = trace(covarianceA) + trace(covarianceB);
      // Rounding may leave less than nothing of equal moments.
      return Math.max(0, means + traces - 2 * traceOfSqrt(covarianceA, covarianceB));
    }
  }

  /**
   * Returns the trace of (S S')<sup>1/2</sup>, computed as the class comment says.
   *
   * @param covarianceA S, {@code (n, n)}, symmetric, float32 or float64
   * @param covarianceB S', {@code (n, n)}, symmetric, float32 or float64
   * @return the trace, at least 0
   * @throws IllegalArgumentException if the shapes do not fit or a number is not finite
   */
  public static double traceOfSqrt(NDArray covarianceA, NDArray covarianceB) {
    requireCovariance(covarianceA, covarianceA.getShape().get(0));
    requireCovariance(covarianceB, covarianceA.getShape().get(0));
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      NDArray a = inDouble(covarianceA);
      NDArray b = inDouble(covarianceB);
      Optional<NDArray> factor = wellConditionedFactor(a);
      if (factor.isPresent() && wellConditionedFactor(b).isPresent()) {
        NDArray product = factor.get().transpose().matMul(b).matMul(factor.get());
        return LinearAlgebra.symmetricEigenvalues(product).maximum(0d).sqrt().sum().getDouble();
      }
      return sumOfSingularValues(spectralFactor(a), spectralFactor(b));
    }
  }

  /** The Cholesky factor, unless its pivots say that eigenvalues are lost in rounding. */
  private static Optional<NDArray> wellConditionedFactor(NDArray covariance) {
    return LinearAlgebra.cholesky(covariance)
        .filter(
            factor -> {
              NDArray pivots = diagonal(factor).square();
              return pivots.min().getDouble() > WELL_CONDITIONED * pivots.max().getDouble();
            });
  }

  /** A with A A^T = covariance, a column for each eigenvalue that is not a rounding error. */
  private static NDArray spectralFactor(NDArray covariance) {
    Eigen eigen = LinearAlgebra.symmetricEigen(covariance);
    double[] values = eigen.values().toDoubleArray();
    double least = values.length * Math.ulp(1d) * Math.max(0, values[values.length - 1]);
    int zeros = 0;
    while (zeros < values.length && values[zeros] <= least) {
      zeros++;
    }
    var positive = new NDIndex().addSliceDim(zeros, values.length);
    NDArray roots = eigen.values().get(positive).sqrt();
    return eigen
        .vectors()
        .get(new NDIndex().addAllDim().addSliceDim(zeros, values.length))
        .mul(roots);
  }

  private static double sumOfSingularValues(NDArray a, NDArray b) {
    if (a.isEmpty() || b.isEmpty()) {
      return 0;
    }
    return LinearAlgebra.singularValues(a.transpose().matMul(b)).sum().getDouble();
  }

  private static double trace(NDArray matrix) {
    return diagonal(inDouble(matrix)).sum().getDouble();
  }

  private static NDArray diagonal(NDArray matrix) {
    long n = matrix.getShape().get(0);
    // In a matrix written row by row its diagonal is every (n + 1)th element.
    return matrix.flatten().get(new NDIndex().addSliceDim(0, n * n, n + 1));
  }

  private static NDArray inDouble(NDArray array) {
    return array.toType(DataType.FLOAT64, false);
  }

  private static void requireMoments(NDArray mean, NDArray covariance, long width) {
    if (!mean.getShape().equals(new Shape(width))) {
      throw new IllegalArgumentException(
          Text.format("A mean has shape %s; expected (%d)", mean.getShape(), width));
    }
    if (mean.isNaN().any().getBoolean() || mean.isInfinite().any().getBoolean()) {
      throw new IllegalArgumentException("A mean is not finite");
    }
    requireCovariance(covariance, width);
  }

  private static void requireCovariance(NDArray covariance, long width) {
    if (!covariance.getShape().equals(new Shape(width, width))) {
      throw new IllegalArgumentException(
          Text.format(
              "A covariance has shape %s; expected (%d, %d)", covariance.getShape(), width, width));
    }
    Samples.check(covariance, "covariance's entries");
  }
}
