package org.adversaria.augmentations;

/**
 * A small square matrix on homogeneous coordinates: (x, y, 1) for places, (r, g, b, 1) for colours.
 *
 * @param rows its rows
 */
record Matrix(double[][] rows) {

  static Matrix identity(int size) {
    var rows = new double[size][size];
    for (int i = 0; i < size; i++) {
      rows[i][i] = 1;
    }
    return new Matrix(rows);
  }

  static Matrix translate2d(double x, double y) {
    return new Matrix(new double[][] {{1, 0, x}, {0, 1, y}, {0, 0, 1}});
  }

  static Matrix scale2d(double x, double y) {
    return new Matrix(new double[][] {{x, 0, 0}, {0, y, 0}, {0, 0, 1}});
  }

  static Matrix rotate2d(double angle) {
    double c = Math.cos(angle);
    double s = Math.sin(angle);
    return new Matrix(new double[][] {{c, -s, 0}, {s, c, 0}, {0, 0, 1}});
  }

  static Matrix translate3d(double by) {
    return new Matrix(new double[][] {{1, 0, 0, by}, {0, 1, 0, by}, {0, 0, 1, by}, {0, 0, 0, 1}});
  }

  static Matrix scale3d(double by) {
    return new Matrix(new double[][] {{by, 0, 0, 0}, {0, by, 0, 0}, {0, 0, by, 0}, {0, 0, 0, 1}});
  }

  /** The projection v v^T to the luma's axis v = (1, 1, 1) / sqrt(3). */
  static Matrix luma() {
    double t = 1 / 3.0;
    return new Matrix(new double[][] {{t, t, t, 0}, {t, t, t, 0}, {t, t, t, 0}, {0, 0, 0, 0}});
  }

  /** The rotation about the luma's axis, by Rodrigues' formula. */
  static Matrix rotateHue(double angle) {
    double s = Math.sin(angle) / Math.sqrt(3);
    var across =
        new Matrix(new double[][] {{0, -s, s, 0}, {s, 0, -s, 0}, {-s, s, 0, 0}, {0, 0, 0, 0}});
    Matrix beside = identity(4).plus(luma(), -1);
    return luma().plus(beside, Math.cos(angle)).plus(across, 1);
  }

  Matrix plus(Matrix other, double factor) {
    int size = rows.length;
    var sum = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        sum[i][j] = rows[i][j] + factor * other.rows[i][j];
      }
    }
    return new Matrix(sum);
  }

  Matrix times(Matrix other) {
    int size = rows.length;
    var product = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        for (int k = 0; k < size; k++) {
          product[i][j] += rows[i][k] * other.rows[k][j];
        }
      }
    }
    return new Matrix(product);
  }

  boolean isIdentity() {
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows.length; j++) {
        if (rows[i][j] != (i == j ? 1 : 0)) {
          return false;
        }
      }
    }
    return true;
  }
}
