package org.adversaria.data;

import java.util.Locale;

/**
 * The outlines of {@link Shapes}, each as a signed distance: negative inside, positive outside.
 *
 * <p>Coordinates are the shape's own: origin at its middle, u to the right, v up, everything within
 * 1.12 units of the origin. Only values near the outline are used, for the antialiased edge.
 */
enum ShapeOutline {
  DISK {
    @Override
    double distance(double u, double v) {
      return length(u, v) - 0.86;
    }
  },
  RING {
    @Override
    double distance(double u, double v) {
      return Math.abs(length(u, v) - 0.70) - 0.22;
    }
  },
  SQUARE {
    @Override
    double distance(double u, double v) {
      return polygon(SQUARE_CORNERS, u, v);
    }
  },
  TRIANGLE {
    @Override
    double distance(double u, double v) {
      return polygon(TRIANGLE_CORNERS, u, v);
    }
  },
  STAR {
    @Override
    double distance(double u, double v) {
      return polygon(STAR_CORNERS, u, v);
    }
  },
  CROSS {
    @Override
    double distance(double u, double v) {
      return polygon(CROSS_CORNERS, u, v);
    }
  },
  CRESCENT {
    @Override
    double distance(double u, double v) {
      double moon = length(u - 0.16, v) - 0.94;
      double shadow = length(u - 0.64, v) - 0.76;
      return Math.max(moon, -shadow);
    }
  },
  HEART {
    @Override
    double distance(double u, double v) {
      // A square on its corner and a half disk on each of its upper sides.
      double x = Math.abs(u) / 1.55;
      double y = v / 1.55 + 0.55;
      double lobe = length(x - 0.25, y - 0.75) - 0.35355339;
      return 1.55 * Math.min(lobe, polygon(HEART_CORNERS, x, y));
    }
  },
  BAR {
    @Override
    double distance(double u, double v) {
      double along = Math.max(0, Math.abs(u) - 0.70);
      return length(along, v) - 0.31;
    }
  },
  HOURGLASS {
    @Override
    double distance(double u, double v) {
      return polygon(HOURGLASS_CORNERS, u, v);
    }
  };

  private static final double[][] SQUARE_CORNERS = {
    {-.74, -.74}, {.74, -.74}, {.74, .74}, {-.74, .74}
  };
  private static final double[][] TRIANGLE_CORNERS = {{0, 1.06}, {-.92, -.53}, {.92, -.53}};
  private static final double[][] STAR_CORNERS = star(5, 1.08, 0.46);
  private static final double[][] CROSS_CORNERS = {
    {-.29, -.95}, {.29, -.95}, {.29, -.29}, {.95, -.29}, {.95, .29}, {.29, .29},
    {.29, .95}, {-.29, .95}, {-.29, .29}, {-.95, .29}, {-.95, -.29}, {-.29, -.29}
  };
  private static final double[][] HEART_CORNERS = {{0, 0}, {.5, .5}, {0, 1}, {-.5, .5}};
  private static final double[][] HOURGLASS_CORNERS = {
    {-.66, .86}, {-.16, 0}, {-.66, -.86}, {.66, -.86}, {.16, 0}, {.66, .86}
  };

  /** The signed distance of a point in the shape's own coordinates. */
  abstract double distance(double u, double v);

  /** The class's name in tables and figures. */
  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static double length(double u, double v) {
    return Math.sqrt(u * u + v * v);
  }

  private static double[][] star(int points, double outer, double inner) {
    var corners = new double[2 * points][];
    for (int i = 0; i < corners.length; i++) {
      double radius = i % 2 == 0 ? outer : inner;
      double angle = Math.PI * i / points;
      corners[i] =
          new double[] {radius * StrictMath.sin(angle), radius * StrictMath.cos(angle) - 0.04};
    }
    return corners;
  }

  /**
   * The distance to the nearest side, negative inside (a ray to the right crosses an odd number).
   */
  private static double polygon(double[][] corners, double u, double v) {
    double nearest = Double.MAX_VALUE;
    boolean inside = false;
    double[] from = corners[corners.length - 1];
    for (double[] to : corners) {
      double sideU = to[0] - from[0];
      double sideV = to[1] - from[1];
      double t = ((u - from[0]) * sideU + (v - from[1]) * sideV) / (sideU * sideU + sideV * sideV);
      double share = Math.max(0, Math.min(1, t));
      double du = u - from[0] - share * sideU;
      double dv = v - from[1] - share * sideV;
      nearest = Math.min(nearest, du * du + dv * dv);
      if ((from[1] > v) != (to[1] > v) && u < from[0] + (v - from[1]) / sideV * sideU) {
        inside = !inside;
      }
      from = to;
    }
    return inside ? -Math.sqrt(nearest) : Math.sqrt(nearest);
  }
}
