package org.adversaria.augmentations;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.adversaria.torch.Autograd;

/**
 * {@link Ada} in a run. Buffers: {@code p}; {@code observed}, what D was shown since p changed: the
 * sum of the signs of its verdicts on real images, their number, and the number of real images that
 * count for the speed of p.
 */
final class AdaState extends AugmentationState {

  private final Ada ada;
  private final Parameter p;
  private final Parameter observed;

  AdaState(Ada ada) {
    super(ada);
    this.ada = ada;
    Initializer first = (m, shape, type) -> m.full(shape, (float) ada.p(), DataType.FLOAT32);
    p = buffer("p", Parameter.Type.OTHER, first, new Shape());
    observed = buffer("observed", Parameter.Type.OTHER, Initializer.ZEROS, new Shape(3));
  }

  @Override
  public NDArray apply(NDArray images) {
    return ada.apply(images, p.getArray().getFloat());
  }

  @Override
  public Map<String, NDArray> observe(NDArray verdicts) {
    return Autograd.noGrad(
        () -> {
          NDArray signs = verdicts.stopGradient().sign();
          NDArray counts = signs.getManager().create(new float[] {signs.size(), 0});
          observed.getArray().addi(signs.sum().reshape(1).concat(counts));
          var scalars = new LinkedHashMap<String, NDArray>();
          scalars.put("augmentation_p", p.getArray().duplicate());
          scalars.put("sign_real", signs.mean());
          return scalars;
        });
  }

  @Override
  public void afterStep(long step, long images) {
    AdaController controller = ada.controller();
    observed.getArray().addi(observed.getArray().getManager().create(new float[] {0, 0, images}));
    if ((step + 1) % controller.interval() == 0) {
      float[] seen = observed.getArray().toFloatArray();
      double sign = seen[0] / Math.max(1, seen[1]);
      double next = controller.next(p.getArray().getFloat(), sign, seen[2]);
      p.getArray().muli(0).addi((float) next);
      observed.getArray().muli(0);
    }
  }
}
