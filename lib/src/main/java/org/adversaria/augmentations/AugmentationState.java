package org.adversaria.augmentations;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Map;
import org.adversaria.nn.TorchBlock;

/**
 * An augmentation in a run. What training changes of it is in buffers, which checkpoints hold; most
 * have none.
 */
public class AugmentationState extends TorchBlock {

  /** The name of the state's file in a checkpoint. */
  private static final String NAME = "augmentation";

  private final Augmentation augmentation;

  /**
   * An augmentation that training does not change.
   *
   * @param augmentation applied to images
   */
  public AugmentationState(Augmentation augmentation) {
    this.augmentation = augmentation;
  }

  /**
   * Adds this block to those that checkpoints hold, if it has buffers.
   *
   * @param blocks by the names of their files
   */
  public final void putIfStored(Map<String, TorchBlock> blocks) {
    if (!getDirectParameters().isEmpty()) {
      blocks.put(NAME, this);
    }
  }

  /**
   * Changes each image by its own random numbers.
   *
   * @param images {@code (N, C, H, W)}
   * @return {@code (N, C, H, W)}
   */
  public NDArray apply(NDArray images) {
    return augmentation.apply(images);
  }

  /**
   * Takes notice of D's verdicts on a batch of real images.
   *
   * @param verdicts {@code (N)}: positive where D holds an image for real
   * @return scalars for the log, by name
   */
  public Map<String, NDArray> observe(NDArray verdicts) {
    return Map.of();
  }

  /**
   * Adapts the augmentation after a training step.
   *
   * @param step its number, from 0
   * @param images the number of real images that D was given in it
   */
  public void afterStep(long step, long images) {}

  /** {@inheritDoc} Here: images to changed images. */
  @Override
  public NDList forward(NDList inputs, boolean training) {
    return new NDList(apply(inputs.singletonOrThrow()));
  }
}
