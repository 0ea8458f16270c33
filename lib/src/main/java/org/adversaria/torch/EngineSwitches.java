package org.adversaria.torch;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Switches of PyTorch that neither DJL nor scripts expose, called in its native library.
 *
 * <p>They are found by their C++ names on Linux and macOS, and not on other systems.
 */
interface EngineSwitches {

  /**
   * Switches oneDNN and NNPACK on or off in this process. Without them convolutions use PyTorch's
   * own kernels. NNPACK is switched too, since it does not support every processor and warns in
   * each call.
   *
   * @param enabled true by default
   * @return false if the switches were not found; nothing is changed then
   */
  boolean oneDnn(boolean enabled);

  /** The switches of the loaded PyTorch. */
  static EngineSwitches ofPyTorch() {
    return enabled -> {
      Path file = Torch.libraryFolder().resolve(System.mapLibraryName("torch_cpu"));
      if (!Files.exists(file)) {
        return false;
      }
      try {
        NativeLibrary library = NativeLibrary.getInstance(file.toString());
        Pointer context =
            library.getFunction("_ZN2at13globalContextEv").invokePointer(new Object[0]);
        byte flag = (byte) (enabled ? 1 : 0);
        Function oneDnn = library.getFunction("_ZN2at7Context20setUserEnabledMkldnnEb");
        Function nnPack = library.getFunction("_ZN2at7Context20setUserEnabledNNPACKEb");
        oneDnn.invokeVoid(new Object[] {context, flag});
        nnPack.invokeVoid(new Object[] {context, flag});
        return true;
      } catch (LinkageError e) {
        return false;
      }
    };
  }
}
