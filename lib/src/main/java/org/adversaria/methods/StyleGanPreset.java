package org.adversaria.methods;

import java.util.function.Function;
import org.adversaria.data.TrainingData;
import org.adversaria.models.stylegan2.StyleGan2Sizes;
import org.adversaria.regularizers.PathLength;
import org.adversaria.regularizers.R1;
import org.adversaria.regularizers.StyleMixing;
import org.adversaria.training.Averaging;
import org.adversaria.training.Optimizer;

/**
 * A row of the table of presets of the methods on StyleGAN2's networks. StyleGAN2 and GLeaD share
 * the rows; each method adds its objective.
 *
 * @param name of the row
 * @param sizes of the networks for a data set's images
 * @param regularization of both players
 * @param recipe how the networks are trained
 * @param source the address of the published configuration, or how the settings were chosen
 */
record StyleGanPreset(
    String name,
    Function<TrainingData, StyleGan2Sizes> sizes,
    StyleGanSettings.Regularization regularization,
    Recipe recipe,
    String source) {

  private static final String NVIDIA =
      "https://github.com/NVlabs/stylegan2-ada-pytorch/blob/main/train.py";

  /** 256x256 faces, which are mirrored: {@code --cfg=paper256} without adaptive augmentation. */
  static final StyleGanPreset FFHQ_256 = paper256("ffhq-256");

  /** 256x256 pictures of churches. */
  static final StyleGanPreset LSUN_CHURCH_256 = paper256("lsun-church-256");

  /** 256x256 pictures of bedrooms. */
  static final StyleGanPreset LSUN_BEDROOM_256 = paper256("lsun-bedroom-256");

  /**
   * 32x32 photographs: {@code --cfg=cifar} without adaptive augmentation. The half-life of the
   * average is 500,000 images, at most a twentieth of the images trained on.
   */
  static final StyleGanPreset CIFAR10 =
      new StyleGanPreset(
          "cifar10",
          data ->
              StyleGan2Sizes.of(32)
                  .withImages(Preset.channels(data), 0)
                  .withMapping(512, 512, 2)
                  .withDiscriminator(false, 32),
          StyleGanSettings.Regularization.of(new StyleMixing(0), new R1(0.01), PathLength.none()),
          recipe(64, 1, 0.0025, Averaging.halvingEvery(500_000 / 64.0, 0.05)),
          NVIDIA);

  /**
   * IC-GAN on 128x128 photographs of scenes: {@code --cfg=auto} on two processors, conditional on
   * instances.
   */
  static final StyleGanPreset IC_GAN_COCO_STUFF_128 =
      icGan("ic-gan-coco-stuff-128", 128, new R1(0.05), 32, 0.0025);

  /** The same on 256x256 photographs. */
  static final StyleGanPreset IC_GAN_COCO_STUFF_256 =
      icGan("ic-gan-coco-stuff-256", 256, new R1(0.5), 16, 0.003);

  /**
   * Images of any size on two CPU cores: the networks of CIFAR-10, narrow, in small batches. There
   * is no clamp, which serves half precision.
   */
  static final StyleGanPreset SMALL =
      new StyleGanPreset(
          "small",
          data ->
              StyleGan2Sizes.of(height(data))
                  .withImages(Preset.channels(data), 0)
                  .withMapping(64, 64, 2)
                  .withChannels(16 * height(data), 64)
                  .withClamp(null)
                  .withDiscriminator(true, 4),
          StyleGanSettings.Regularization.of(new StyleMixing(0.5), new R1(0.3), PathLength.none()),
          recipe(32, 1, 0.005, Averaging.halvingEvery(200, 0.1)),
          "chosen on synthetic shapes of 16 pixels, which it generates after 1,600 steps; at half this rate,"
              + " or in half the batch, all samples were rings");

  /**
   * 64 images an update, accumulated over two batches; the half-life of the average is 20,000
   * images.
   */
  private static StyleGanPreset paper256(String name) {
    return new StyleGanPreset(
        name,
        data ->
            StyleGan2Sizes.of(256)
                .withImages(Preset.channels(data), 0)
                .withChannels(16_384, 512)
                .withDiscriminator(true, 8),
        StyleGanSettings.Regularization.of(new StyleMixing(0.9), new R1(1), new PathLength()),
        recipe(32, 2, 0.0025, Averaging.halvingEvery(20_000 / 64.0, 0)),
        NVIDIA);
  }

  /**
   * Two batches an update; the half-life of the average is that of 312.5 updates, at most a
   * twentieth of the images trained on.
   */
  private static StyleGanPreset icGan(
      String name, int resolution, R1 r1, int batchSize, double rate) {
    return new StyleGanPreset(
        name,
        data ->
            StyleGan2Sizes.of(resolution)
                .withImages(Preset.channels(data), 0)
                .withCondition(IcGan.instances(data))
                .withMapping(512, 512, 2)
                .withChannels(16_384, 512)
                .withDiscriminator(true, 4),
        StyleGanSettings.Regularization.of(new StyleMixing(0.9), r1, new PathLength()),
        recipe(batchSize, 2, rate, Averaging.halvingEvery(312.5, 0.05)),
        "https://github.com/facebookresearch/ic_gan/tree/main/stylegan2_ada_pytorch/config_files");
  }

  private static int height(TrainingData data) {
    return (int) data.sampleShape().get(1);
  }

  private static Recipe recipe(int batchSize, int accumulations, double rate, Averaging averaging) {
    var adam = new Optimizer.Adam(rate, 0, 0.99);
    return new Recipe(batchSize, accumulations, 1, adam, adam, averaging);
  }

  /** The row of a method's table. */
  <T extends Record> Row<T> with(Function<TrainingData, T> objective) {
    return new Row<>(this, objective);
  }

  /** A preset with the objective of a method. */
  record Row<T extends Record>(StyleGanPreset preset, Function<TrainingData, T> objective) {}
}
