/**
 * Published weights, read without Python into this library's networks.
 *
 * <p>{@link org.adversaria.models.published.Weights} reads a file and recognises its networks by
 * the names that published code gives to tensors; sizes follow from the tensors' shapes. What
 * shapes do not tell is as the code has it by default: StyleGAN2's clamp of 256 and groups of 4
 * images, where a state dict has no modules' values; NVIDIA's pickles have them.
 *
 * <p>These files are of the layouts that are recognised. The addresses are those of the projects'
 * own pages; of the files themselves none was tried here. Archives ({@code .tar.gz}, {@code .zip})
 * are to be unpacked first.
 *
 * <table>
 * <caption>Published checkpoints and the class that they fit</caption>
 * <tr><th>published by</th><th>files</th><th>class</th></tr>
 * <tr><td><a href="https://github.com/ajbrock/BigGAN-PyTorch">ajbrock/BigGAN-PyTorch</a></td>
 *     <td>ImageNet at 128 pixels, the <a
 *     href="https://drive.google.com/open?id=1nAle7FCVFZdix2--ks0r5JBkFnKw8ctW">main</a> and an <a
 *     href="https://drive.google.com/open?id=1dmZrcVJUAWkPBGza_XgswSuT-UODXZcO">earlier</a>
 *     checkpoint: {@code G_ema.pth}, {@code G.pth}, {@code D.pth}</td>
 *     <td>{@link org.adversaria.models.BigGanGenerator}, {@link
 *     org.adversaria.models.HeadedDiscriminator}; of its {@code BigGANdeep.py} {@link
 *     org.adversaria.models.BigGanDeepGenerator}</td></tr>
 * <tr><td><a href="https://github.com/boschresearch/unetgan">boschresearch/unetgan</a></td>
 *     <td>FFHQ at 256 pixels, at <a
 *     href="https://www.dropbox.com/sh/7vql1ao1u853wwf/AAABs7JO27da49_GveaEXl4Ma?dl=0">the address
 *     in its README</a>: {@code G_ema} and {@code G}</td>
 *     <td>BigGAN's generator without classes; with classes {@code BigGanGenerator}; {@link
 *     org.adversaria.models.UNetDiscriminator}</td></tr>
 * <tr><td><a href="https://github.com/facebookresearch/ic_gan">facebookresearch/ic_gan</a></td>
 *     <td>{@code icgan_biggan_*}, {@code cc_icgan_biggan_*}, such as <a
 *     href="https://dl.fbaipublicfiles.com/ic_gan/icgan_biggan_imagenet_res256.tar.gz">ImageNet at
 *     256 pixels</a>: {@code .pth}</td>
 *     <td>{@code BigGanGenerator} and {@code HeadedDiscriminator}, told instances</td></tr>
 * <tr><td>the same</td>
 *     <td>{@code icgan_stylegan2_*}, such as <a
 *     href="https://dl.fbaipublicfiles.com/ic_gan/icgan_stylegan2_coco_res256.tar.gz">COCO-Stuff at
 *     256 pixels</a>: {@code .pkl}</td>
 *     <td>{@link org.adversaria.models.stylegan2.StyleGan2Generator}, told instances</td></tr>
 * <tr><td><a href="https://github.com/NVlabs/stylegan2-ada-pytorch">NVlabs/stylegan2-ada-pytorch</a>
 *     </td>
 *     <td>the pickles below <a
 *     href="https://nvlabs-fi-cdn.nvidia.com/stylegan2-ada-pytorch/pretrained/">pretrained/</a>, such
 *     as <a href="https://nvlabs-fi-cdn.nvidia.com/stylegan2-ada-pytorch/pretrained/ffhq.pkl">
 *     ffhq.pkl</a>, and what its {@code train.py} and {@code legacy.py} write; not the networks of
 *     TensorFlow themselves</td>
 *     <td>{@code StyleGan2Generator}, {@link
 *     org.adversaria.models.stylegan2.StyleGan2Discriminator}</td></tr>
 * <tr><td><a href="https://github.com/EzioBy/glead">EzioBy/glead</a></td>
 *     <td>FFHQ, LSUN church and bedroom at 256 pixels, in <a
 *     href="https://drive.google.com/drive/folders/1mbv98tU93X44awMlqkMw2y-wPG65--dc?usp=sharing">a
 *     folder</a>: {@code .pkl}</td>
 *     <td>{@code StyleGan2Generator}, {@link
 *     org.adversaria.models.stylegan2.GleadDiscriminator}</td></tr>
 * <tr><td><a href="https://github.com/kwotsin/mimicry">kwotsin/mimicry</a></td>
 *     <td>CIFAR-10, CIFAR-100 and ImageNet at 32 pixels: {@code netG.pth} of SNGAN, SSGAN, InfoMax-GAN
 *     and cGAN-PD, whose addresses are in its README</td>
 *     <td>{@link org.adversaria.models.SnganGenerator32}</td></tr>
 * <tr><td><a href="https://github.com/sian-chen/PyTorch-ECGAN">sian-chen/PyTorch-ECGAN</a></td>
 *     <td><a
 *     href="https://drive.google.com/drive/folders/1Kig2Loo2Ds5N3Pqc85R6c46Hbx5n9heM?usp=sharing">CIFAR-10</a>,
 *     <a
 *     href="https://drive.google.com/drive/folders/1oVAIljTEIA3b0BHRVjcnukMf3POQQ3rw?usp=sharing">Tiny
 *     ImageNet</a>, <a
 *     href="https://drive.google.com/drive/folders/1EkcotNsnA-KBvOCFkvpJpUVoSDRxk-EV?usp=sharing">ImageNet</a></td>
 *     <td>{@link org.adversaria.models.StudioBigGanGenerator}</td></tr>
 * <tr><td><a href="https://github.com/POSTECH-CVLab/PyTorch-StudioGAN">POSTECH-CVLab/PyTorch-StudioGAN</a>
 *     </td>
 *     <td>generators of its backbones BigGAN (as of ECGAN's time) and SAGAN</td>
 *     <td>{@code StudioBigGanGenerator}, {@link org.adversaria.models.SaGanGenerator}</td></tr>
 * <tr><td><a href="https://github.com/pytorch/examples/tree/main/dcgan">pytorch/examples, dcgan</a></td>
 *     <td>what it writes: {@code netG_epoch_*.pth}</td>
 *     <td>{@link org.adversaria.models.DcganGenerator}</td></tr>
 * </table>
 *
 * <p>Any other network of the library takes weights of its own names by {@link
 * org.adversaria.models.published.Weights#into}.
 *
 * @see org.adversaria.torch.TorchFile
 */
package org.adversaria.models.published;
