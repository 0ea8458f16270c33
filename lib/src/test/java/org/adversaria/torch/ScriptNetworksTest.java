package org.adversaria.torch;

import static org.adversaria.torch.ScriptParts.FALSE;
import static org.adversaria.torch.ScriptParts.NONE;
import static org.adversaria.torch.ScriptParts.latin;
import static org.adversaria.torch.ScriptParts.numbers;
import static org.adversaria.torch.ScriptParts.object;
import static org.adversaria.torch.ScriptParts.pickle;
import static org.adversaria.torch.ScriptParts.tensor;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks in the forms that PyTorch writes are admitted, and compute what they should. */
class ScriptNetworksTest {

  private static final String CONVOLUTION =
      """
      class Conv2d(Module):
        __parameters__ = ["weight", "bias", ]
        __buffers__ = []
        weight : Tensor
        bias : Optional[Tensor]
        transposed : bool
        training : bool
        _is_full_backward_hook : Optional[bool]
        padding : Final[Tuple[int, int]] = (1, 1)
        def forward(self: __torch__.torch.nn.modules.conv.Conv2d,
          input: Tensor) -> Tensor:
          weight = self.weight
          bias = self.bias
          _0 = (self)._conv_forward(input, weight, bias, )
          return _0
        def _conv_forward(self: __torch__.torch.nn.modules.conv.Conv2d,
          input: Tensor,
          weight: Tensor,
          bias: Optional[Tensor]) -> Tensor:
          _1 = torch.conv2d(input, weight, bias, [1, 1], [1, 1])
          return _1
      """;

  private static final String NORM =
      """
      class BatchNorm2d(Module):
        __parameters__ = ["weight", "bias", ]
        __buffers__ = ["running_mean", "running_var", ]
        weight : Tensor
        bias : Tensor
        running_mean : Tensor
        running_var : Tensor
        training : bool
        def forward(self: __torch__.torch.nn.modules.batchnorm.BatchNorm2d,
          input: Tensor) -> Tensor:
          _0 = __torch__.torch.nn.functional.batch_norm
          _1 = (self)._check_input_dim(input, )
          training = self.training
          if training:
            use : Optional[Tensor] = None
          else:
            use = self.running_mean
          _2 = _0(input, use, self.running_var, self.weight, self.bias, training, 0.1, 1.0000000000000001e-05, )
          return _2
        def _check_input_dim(self: __torch__.torch.nn.modules.batchnorm.BatchNorm2d,
          input: Tensor) -> NoneType:
          _3 = torch.ne(torch.dim(input), 4)
          if _3:
            _4 = torch.format("expected 4D input (got {}D input)", torch.dim(input))
            ops.prim.RaiseException(_4, "builtins.ValueError")
          else:
            pass
          return None
      """;

  private static final String FUNCTIONS =
      """
      def batch_norm(input: Tensor,
          running_mean: Optional[Tensor],
          running_var: Optional[Tensor],
          weight: Optional[Tensor]=None,
          bias: Optional[Tensor]=None,
          training: bool=False,
          momentum: float=0.10000000000000001,
          eps: float=1.0000000000000001e-05) -> Tensor:
        _0 = torch.batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps, False)
        return _0
      def relu(input: Tensor,
          inplace: bool=False) -> Tensor:
        if inplace:
          result = torch.relu_(input)
        else:
          result = torch.relu(input)
        return result
      """;

  private static final String CONTAINER =
      """
      class Sequential(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        __annotations__["0"] = __torch__.torchvision.models.resnet.BasicBlock
        def forward(self: __torch__.torch.nn.modules.container.Sequential,
          input: Tensor) -> Tensor:
          _0 = getattr(self, "0")
          return (_0).forward(input, )
        def __len__(self: __torch__.torch.nn.modules.container.Sequential) -> int:
          return 1
      """;

  private static final String RESNET =
      """
      class ResNet(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        layer1 : __torch__.torch.nn.modules.container.Sequential
        def forward(self: __torch__.torchvision.models.resnet.ResNet,
          x: Tensor) -> Tensor:
          layer1 = self.layer1
          x0 = (layer1).forward(x, )
          return torch.flatten(torch.adaptive_avg_pool2d(x0, [1, 1]), 1)
      class BasicBlock(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        conv1 : __torch__.torch.nn.modules.conv.Conv2d
        bn1 : __torch__.torch.nn.modules.batchnorm.BatchNorm2d
        downsample : NoneType
        def forward(self: __torch__.torchvision.models.resnet.BasicBlock,
          x: Tensor) -> Tensor:
          conv1 = self.conv1
          out = (conv1).forward(x, )
          bn1 = self.bn1
          out0 = (bn1).forward(out, )
          out1 = torch.add_(out0, x)
          return __torch__.torch.nn.functional.relu(out1, True, )
      """;

  @TempDir Path folder;

  private static String part(long offset, long... sizes) {
    var strides = new long[sizes.length];
    long stride = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= sizes[i];
    }
    return tensor("0", 14, offset, numbers(sizes), numbers(strides));
  }

  /** One channel: a kernel whose middle is 2, the means 1, the variances 4, no weights but one. */
  private static String resNet() {
    String nn = "__torch__.torch.nn.modules.";
    String convolution =
        object(
            nn + "conv",
            "Conv2d",
            "weight",
            part(0, 1, 1, 3, 3),
            "bias",
            NONE,
            "transposed",
            FALSE,
            "training",
            FALSE,
            "_is_full_backward_hook",
            NONE);
    String norm =
        object(
            nn + "batchnorm",
            "BatchNorm2d",
            "weight",
            part(9, 1),
            "bias",
            part(10, 1),
            "running_mean",
            part(11, 1),
            "running_var",
            part(12, 1),
            "training",
            FALSE);
    String block =
        object(
            "__torch__.torchvision.models.resnet",
            "BasicBlock",
            "conv1",
            convolution,
            "bn1",
            norm,
            "downsample",
            NONE,
            "training",
            FALSE);
    String layer = object(nn + "container", "Sequential", "0", block, "training", FALSE);
    return pickle(
        object(
            "__torch__.torchvision.models.resnet", "ResNet", "layer1", layer, "training", FALSE));
  }

  @Test
  void aResidualNetwork() throws IOException {
    var zip = new RawZip();
    zip.add("net/data.pkl", latin(resNet()));
    zip.add("net/byteorder", latin("little"));
    zip.add("net/data/0", ScriptParts.floats(0, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0.5f, 1, 4, 0));
    zip.add("net/code/__torch__/torch/nn/modules/conv.py", latin(CONVOLUTION));
    zip.add("net/code/__torch__/torch/nn/modules/batchnorm.py", latin(NORM));
    zip.add("net/code/__torch__/torch/nn/modules/container.py", latin(CONTAINER));
    zip.add("net/code/__torch__/torch/nn/functional.py", latin(FUNCTIONS));
    zip.add("net/code/__torch__/torchvision/models/resnet.py", latin(RESNET));
    zip.add("net/constants.pkl", latin("\u0080\u0002)."));
    zip.add("net/.data/version", latin("10\n"));
    zip.add("net/.data/serialization_id", latin("0"));
    Path file = Files.write(folder.resolve("resnet.pt"), zip.bytes());
    try (var manager = NDManager.newBaseManager();
        var network = ScriptFile.load(file, Device.cpu())) {
      NDArray x = manager.full(new Shape(2, 1, 4, 4), 3f);
      // relu((2 x - 1) / sqrt(4) + 0.5 + x)
      float expected = 2.5f + 0.5f + 3;
      float[] y = network.call("forward", x).toFloatArray();
      assertThat(y).hasSize(2);
      for (float value : y) {
        assertThat(value).isCloseTo(expected, org.assertj.core.data.Offset.offset(1e-4f));
      }
    }
  }

  private static final String INCEPTION =
      """
      class Inception(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        aux : bool
        names : Dict[str, int]
        sizes : List[int]
        def forward(self: __torch__.Inception,
          img: Tensor,
          return_features: bool=False,
          use_fp16: bool=False,
          no_output_bias: bool=False) -> Tensor:
          _0 = "images (N, 3, H, W), not {}"
          _1 = uninitialized(Tensor)
          batch_size, channels, height, width, = torch.size(img)
          if torch.ne(channels, 3):
            ops.prim.RaiseException(torch.format(_0, torch.size(img)))
          else:
            pass
          if use_fp16:
            dtype = 5
          else:
            dtype = 6
          x = torch.to(img, dtype)
          theta = torch.eye(2, 3, dtype=None, layout=None, device=ops.prim.device(x))
          theta0 = torch.repeat(torch.unsqueeze(torch.to(theta, ops.prim.dtype(x)), 0), [batch_size, 1, 1])
          grid = torch.affine_grid_generator(theta0, [batch_size, channels, 5, 5], False)
          x0 = torch.grid_sampler(x, grid, 0, 1, False)
          x1 = torch.div(torch.sub(x0, CONSTANTS.c0), 128)
          outputs = annotate(List[Tensor], [])
          for _2 in range(torch.len(self.sizes)):
            _3 = torch.append(outputs, torch.avg_pool2d(x1, [3, 3], [1, 1], [1, 1], False, False))
          x2 = torch.cat(outputs, 1)
          features = torch.mean(x2, [2, 3])
          _4 = __torch__.Outputs(features, None)
          if torch.__isnot__(_4.aux, None):
            aux = unchecked_cast(Tensor, _4.aux)
            torch.warn("There are two outputs")
            y = aux
          else:
            y = _4.logits
          if return_features:
            _5 = y
          else:
            if torch.__contains__(self.names, "softmax"):
              _6 = torch.softmax(y, torch.__getitem__(self.names, "softmax"), 6)
            else:
              _6 = _1
            _5 = _6
          return _5
      class Outputs(NamedTuple):
        logits : Tensor
        aux : Optional[Tensor]
      """;

  /** With constants, a dictionary, a list of integers, arguments and an output of names. */
  @Test
  void aNetworkLikeInception() throws IOException {
    String dictionary =
        "ctorch.jit._pickle\nrestore_type_tag\n(}("
            + ScriptParts.text("softmax")
            + "K\u0001u"
            + ScriptParts.text("Dict[str, int]")
            + "tR";
    String list = "ctorch.jit._pickle\nbuild_intlist\n(](K\u0003K\u0005etR";
    String object =
        object(
            "__torch__",
            "Inception",
            "training",
            FALSE,
            "aux",
            FALSE,
            "names",
            dictionary,
            "sizes",
            list);
    var zip = new RawZip();
    zip.add("net/version", latin("3\n"));
    zip.add("net/data.pkl", latin(pickle(object)));
    zip.add("net/code/__torch__.py", latin("op_version_set = 1\n" + INCEPTION));
    zip.add("net/constants.pkl", latin(pickle(tensor("0", 1, 0, ")", ")") + "\u0085")));
    zip.add("net/constants/0", ScriptParts.floats(128));
    Path file = Files.write(folder.resolve("inception.pt"), zip.bytes());
    try (var manager = NDManager.newBaseManager();
        var network = ScriptFile.load(file, Device.cpu())) {
      NDArray x = manager.full(new Shape(2, 3, 7, 9), 192f);
      assertThat(network.call("forward", x, true).toFloatArray())
          .containsOnly(0.5f)
          .hasSize(2 * 3 * 2);
      float sixth = 1 / 6f;
      float[] probabilities = network.call("forward", x, false).toFloatArray();
      assertThat(IntStream.range(0, 12).mapToDouble(i -> probabilities[i]))
          .allMatch(p -> Math.abs(p - sixth) < 1e-6);
    }
  }
}
