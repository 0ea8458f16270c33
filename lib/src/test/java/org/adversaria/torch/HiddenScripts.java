package org.adversaria.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;

/** Examines scripts without PyTorch, for {@code MutationTest}. */
public final class HiddenScripts {

  private static final String METHODS =
      """
      def forward(self, x: Tensor) -> Tensor:
        y = torch.add(torch.matmul(x, self.layer.weight), self.layer.bias)
        if bool(torch.gt(torch.sum(y), 0)):
          y = torch.relu(y)
        return y
      """;

  private HiddenScripts() {}

  /**
   * Makes scripts.
   *
   * @return one without tensors and one with some
   */
  public static List<byte[]> seeds() throws IOException {
    var out = new ByteArrayOutputStream();
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      var tensors = new LinkedHashMap<String, NDArray>();
      tensors.put("layer.weight", manager.create(new float[] {1, 2, 3, 4, 5, 6}).reshape(2, 3));
      tensors.put("layer.bias", manager.create(new float[] {1, 2, 3}));
      new ScriptArchive(tensors).write(out, METHODS);
    }
    return List.of(
        TorchScript.archive("def forward(self, x: Tensor) -> Tensor:\n  return x\n"),
        out.toByteArray());
  }

  /**
   * Examines a script and writes what would be loaded to nowhere.
   *
   * @param file the script
   */
  public static void examine(Path file) throws IOException {
    try (ScriptExamination examination = ScriptExamination.of(file)) {
      examination.write(OutputStream.nullOutputStream());
    }
  }
}
