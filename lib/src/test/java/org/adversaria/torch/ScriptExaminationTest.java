package org.adversaria.torch;

import static org.adversaria.torch.ScriptParts.FALSE;
import static org.adversaria.torch.ScriptParts.latin;
import static org.adversaria.torch.ScriptParts.numbers;
import static org.adversaria.torch.ScriptParts.object;
import static org.adversaria.torch.ScriptParts.pickle;
import static org.adversaria.torch.ScriptParts.tensor;
import static org.adversaria.torch.ScriptParts.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class ScriptExaminationTest {

  private static final String ROOT = "__torch__";
  private static final String CODE = "Net/code/__torch__.py";
  private static final String WEIGHT =
      """
      class Net(Module):
        __parameters__ = ["w", ]
        __buffers__ = []
        w : Tensor
        training : bool
        def forward(self: __torch__.Net, x: Tensor) -> Tensor:
          return torch.mul(x, self.w)
      """;

  @TempDir Path folder;

  // A network of one class with a weight of three numbers, and its parts.

  private static final String GOOD = tensor("0", 3, 0, numbers(3), numbers(1));

  private static RawZip network(String code, String data) {
    var zip = new RawZip();
    zip.add("Net/data.pkl", latin(data));
    zip.add(CODE, latin(code));
    zip.add("Net/constants.pkl", latin("\u0080\u0002)."));
    zip.add("Net/version", latin("3\n"));
    zip.add("Net/data/0", ScriptParts.floats(1, 2, 3));
    return zip;
  }

  private static String withWeight(String weight) {
    return pickle(object(ROOT, "Net", "w", weight, "training", FALSE));
  }

  private static RawZip network() {
    return network(WEIGHT, withWeight(GOOD));
  }

  private Path write(RawZip zip) throws IOException {
    return Files.write(folder.resolve("net.pt"), zip.bytes());
  }

  private void assertRefused(Path file, String... parts) throws IOException {
    assertThatExceptionOfType(TorchScriptException.class)
        .isThrownBy(() -> ScriptFile.load(file, Device.cpu()))
        .withMessageStartingWith(file + " cannot be loaded as TorchScript: ")
        .satisfies(refusal -> assertThat(refusal.getMessage()).contains(parts));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  private void assertRefused(RawZip zip, String... parts) throws IOException {
    assertRefused(write(zip), parts);
  }

  @Test
  void aNetworkIsLoadedAsItIs() throws IOException {
    try (var manager = NDManager.newBaseManager();
        var network = ScriptFile.load(write(network()), Device.cpu())) {
      NDArray x = manager.ones(new Shape(3));
      assertThat(network.call("forward", x).toFloatArray()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void textsOfAFileInMessagesAreVisible() throws IOException {
    String raises =
        WEIGHT.replace("return", "ops.prim.RaiseException(\"a\\033[31mb\")\n    return");
    Path file = write(network(raises, withWeight(GOOD)));
    try (var manager = NDManager.newBaseManager();
        var network = ScriptFile.load(file, Device.cpu())) {
      NDArray x = manager.ones(new Shape(3));
      assertThatExceptionOfType(TorchScriptException.class)
          .isThrownBy(() -> network.call("forward", x))
          .withMessageContaining("a\\u001b[31mb")
          .withMessageNotContaining("\u001b");
    }
  }

  // Code.

  /** The attack is real: the trusted file writes where it is told to. */
  @Test
  void onlyATrustedFileDoesWhatItWants() throws IOException {
    Path written = folder.resolve("written");
    String source =
        Text.format(
            """
            def forward(self, x: Tensor) -> Tensor:
              torch.save(x, "%s")
              return x
            """,
            written.toString().replace("\\", "\\\\"));
    Path file = ScriptFiles.write(folder.resolve("net.pt"), source);
    assertRefused(
        file,
        "code/__torch__.py, line 6: 'torch.save' is not among the operators that only compute",
        "If the file is your own",
        "ScriptFile.trust(file)",
        "--trust");

    ScriptFile.trust(file);
    try (var manager = NDManager.newBaseManager();
        var network = ScriptFile.load(file, Device.cpu())) {
      network.call("forward", manager.ones(new Shape(3)));
    }
    assertThat(written).exists();
  }

  @Test
  void trustNeedsAFile() {
    assertThatThrownBy(() -> ScriptFile.trust(folder.resolve("none.pt")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("There is no file " + folder.resolve("none.pt"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          torch.save(x, "a")                                | 'torch.save' is not among
          y = torch.from_file("a", False, 3)                | 'torch.from_file' is not among
          torch.manual_seed(1)                              | 'torch.manual_seed' is not among
          torch.set_grad_enabled(False)                     | 'torch.set_grad_enabled' is not among
          y = torch.autograd.grad([x], [x])                 | 'torch.autograd.grad' is not among
          y = torch.ops.load_library("a.so")                | 'torch.ops.load_library' is not among
          y = torch.new_operator(x)                         | 'torch.new_operator' is not among
          (x).save("a")                                     | '.save' is not among
          (self).save("a")                                  | '.save' is not among
          self.save("a")                                    | '.save' is not among
          (x).set_data(x)                                   | '.set_data' is not among
          (x).unheard_of()                                  | '.unheard_of' is not among
          ops.evil.run(x)                                   | 'ops.evil.run' is not among
          ops.aten.save(x, "a")                             | 'ops.aten.save' is not among
          ops.prim.Print(x)                                 | 'ops.prim.Print' is not among
          ops.prim.rpc_async("a", x)                        | 'ops.prim.rpc_async' is not among
          ops.prim.unchecked_cast(x)                        | 'ops.prim.unchecked_cast' is not among
          ops.profiler._record_function_enter("a")          | 'ops.profiler._record_function_enter' is not
          ops.image.read_file("a")                          | 'ops.image.read_file' is not among
          o = ops                                           | 'ops' is not among
          t = torch                                         | 'torch' is not among
          s = torch.relu                                    | 'torch.relu' is not among
          y = getattr(torch, "save")                        | '.save' is not among
          y = getattr(x, "save")("a")                       | '.save' is not among
          y = getattr(x, "sa" "ve")("a")                    | 'getattr' of a name that is no literal
          y = annotate("torch." "classes.evil.Reader", x)   | joined strings
          y = getattr(x, name)                              | 'getattr' of a name that is no literal
          print(x)                                          | 'print' is not among
          p = print                                         | 'print' is not among
          y = x if x is notprint("a") else x                | 'is notprint', which PyTorch would read
          y = fork(x)                                       | 'fork' is not among
          y = hasattr(x, "save")                            | 'hasattr' is not among
          y = eval("1")                                     | 'eval' is not among
          y = __torch__.torch.classes.evil.Reader("a")      | '__torch__.torch.classes.evil.Reader' is not
          y = __torch__.other.run(x)                        | '__torch__.other.run' is not among
          y : Future[Tensor] = x                            | 'Future' is not among
          y = annotate("torch.classes.evil.Reader", x)      | 'torch.classes.evil.Reader', a custom class
          y = annotate("\\164orch.classes.evil.Reader", x)  | 'torch.classes.evil.Reader', a custom class
          y = unchecked_cast(__torch__.Script, x)           | 'unchecked_cast' to '__torch__'
          y = unchecked_cast(Tuple[Tensor, Tensor], x)      | 'unchecked_cast' to 'Tuple'
          y = [x for x in [x]]                              | a comprehension
          y = CONSTANTS.save                                | 'CONSTANTS' is not among
          # type: (Tensor) -> Tensor                        | a comment with types
          y = ""\"a\"""                                      | a string of three quotes
          y = x \\                                          | character 92
          y = 0x10                                          | a number next to a name
          def g(y: Tensor) -> Tensor:                       | a function is nested
          global y                                          | 'global' is not among
          """)
  void codeThatReachesOutsideIsRefusedByName(String statement, String reason) throws IOException {
    String source =
        Text.format(
            """
            def forward(self, x: Tensor) -> Tensor:
              y = x
              %s
              if self.training:
                y = torch.neg(y)
              return y
            """,
            statement);
    assertRefused(
        ScriptFiles.write(folder.resolve("net.pt"), source),
        "line 7: ",
        "code/__torch__.py, ",
        reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          class A(Exception):                 | a class is nested, or of a base
          import os                           | an import of other code
          from os import system               | 'from' stands outside
          torch.save(1, "a")                  | 'torch' stands outside
          def f(x: Future[int]) -> int:       | 'Future' is not among
          def f(x: int=eval("1")) -> int:     | 'eval' is not among
          def f(x: int) -> RRef[int]:         | 'RRef' is not among
          """)
  void declarationsAreExaminedToo(String statement, String reason) throws IOException {
    assertRefused(network(WEIGHT + statement + "\n  pass\n", withWeight(GOOD)), "line 8: ", reason);
  }

  /** PyTorch's recursion over such code would end the process. */
  @Test
  void codeThatIsNestedTooDeepIsRefused() throws IOException {
    String deep = "more than 300 operators within each other";
    Map<String, String> expressions =
        Map.of(
            "x" + " + x".repeat(1000), deep,
            "x" + ".neg()".repeat(2000), deep,
            "x" + " == x".repeat(1000), deep,
            "-".repeat(200_000) + "x", deep,
            "not ".repeat(2000) + "x", deep,
            "(x,)" + "[0:1]".repeat(500), deep,
            "x if True else ".repeat(400) + "x", deep,
            "[".repeat(101) + "x" + "]".repeat(101), "more than 100 nested brackets");
    for (var expression : expressions.entrySet()) {
      String code = WEIGHT.replace("return", "y = " + expression.getKey() + "\n    return");
      assertRefused(network(code, withWeight(GOOD)), expression.getValue());
    }
    String last = "elif True:\n      pass\n    return";
    assertRefused(
        network(WEIGHT.replace("return", last), withWeight(GOOD)), "'elif', which PyTorch");
    var blocks = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      blocks.append("if True:\n").append("  ".repeat(i + 3));
    }
    String nested = WEIGHT.replace("return", blocks + "pass\n    return");
    assertRefused(network(nested, withWeight(GOOD)), "more than 100 spaces before it");
  }

  @Test
  void longCodeIsRead() throws IOException {
    String sums = "y = torch.add(x, torch.mul(torch.neg(x), 2))\n    ".repeat(2000);
    String list = "z = [x" + ", torch.neg(x)".repeat(2000) + "]\n    ";
    String code =
        WEIGHT.replace("return", sums + list + "y = x" + " + x".repeat(200) + "\n    return");
    ScriptFile.load(write(network(code, withWeight(GOOD))), Device.cpu()).close();
  }

  /** With a default, PyTorch counts a field, and gives defaults to the last fields. */
  @Test
  void namedTuplesHaveNoDefaults() throws IOException {
    String tuple = "class Pair(NamedTuple):\n  a : int = 1\n  b : Tensor\n";
    assertRefused(
        network(WEIGHT + tuple, withWeight(GOOD)), "line 9: a default of a NamedTuple, which");
  }

  /** What runs while PyTorch loads the file, before anything is called. */
  @Test
  void whatRunsAtLoadingIsExamined() throws IOException {
    String code =
        """
        class Inner(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          def __getstate__(self: __torch__.Inner) -> Tuple[int, bool]:
            return (1, False)
          def __setstate__(self: __torch__.Inner, state: Tuple[int, bool]) -> NoneType:
            torch.save(1, "a")
            self.training = False
            return None
        """
            + WEIGHT.replace("w : Tensor", "inner : __torch__.Inner");
    String inner = "c__torch__\nInner\n)\u0081(K\u0001\u0089tb";
    String data = pickle(object(ROOT, "Net", "inner", inner, "training", FALSE));
    assertRefused(network(code, data), "line 8: 'torch.save' is not among");
  }

  /** PyTorch takes the state for attributes where a class has no {@code __getstate__}. */
  @Test
  void statesHaveTheirTypes() throws IOException {
    String method =
        """
          def __setstate__(self: __torch__.Net, state: Tuple[int, bool]) -> NoneType:
            self.training = False
            return None
        """;
    String state = "c__torch__\nNet\n)\u0081(K\u0001\u0089tb";
    assertRefused(
        network(WEIGHT + method, pickle(state)), "an object of __torch__.Net has no attributes");
    String both =
        WEIGHT
            + method
            + """
              def __getstate__(self: __torch__.Net) -> Tuple[int, bool]:
                return (1, False)
            """;
    assertRefused(
        network(both, pickle(state.replace("K\u0001", "N"))),
        "the state of __torch__.Net is not of its type");
  }

  /** PyTorch believes the expected type of what it takes out of a module of modules. */
  @Test
  void objectsAreNotTakenOutOfContainers() throws IOException {
    for (String statement :
        new String[] {
          "y : __torch__.Net = self.nets[\"0\"]",
          "self.net : __torch__.Net = self.nets[\"0\"]",
          "getattr(self, \"net\").net : __torch__.Net = self.nets[\"0\"]",
          "y : __torch__.Steps = self.nets[\"0\"]",
          "y : __torch__.Pair = self.nets[\"0\"]",
          "y : List[Any] = self.nets[\"0\"]",
          "y = annotate(__torch__.Net, self.nets[\"0\"])",
          "y = annotate(List[__torch__.Net], [self.nets[\"0\"]])"
        }) {
      String code = WEIGHT.replace("return", statement + "\n    return");
      code = code.replace("training : bool", "nets : List[int]\n  net : int\n  training : bool");
      code +=
          """
          class Steps(ModuleInterface):
            def step(self: __torch__.Steps) -> int:
              pass
          class Pair(NamedTuple):
            nets : List[__torch__.Net]
          """;
      assertRefused(network(code, withWeight(GOOD)), "line 9: an object of a class that is taken");
    }
    String function = "def f(x: List[__torch__.Net]) -> __torch__.Net:\n  return x[0]\n";
    assertRefused(
        network(WEIGHT + function, withWeight(GOOD)), "line 9: an object of a class that is taken");
  }

  /** A file of code that nothing refers to could be referred to by a name in a pickle. */
  @Test
  void everyFileOfCodeIsExamined() throws IOException {
    RawZip zip = network();
    zip.add(
        "Net/code/__torch__/hidden.py",
        latin("def f(x: Tensor) -> NoneType:\n  torch.save(x, \"a\")\n"));
    assertRefused(zip, "code/__torch__/hidden.py, line 2: 'torch.save' is not among");
    zip = network();
    zip.add(
        "Net/code/__torch__/torch/classes/evil.py",
        latin("def f(x: Tensor) -> Tensor:\n  return x\n"));
    assertRefused(zip, "code of this name is not read");
    zip = network();
    zip.add("Net/code/__torch__/torch/ao/nn/quantized/modules/linear.py", latin("\n"));
    assertRefused(zip, "quantized networks are not read");
  }

  /** A member of that name does not make the operator of that name another value's. */
  @Test
  void membersWithTheNameOfAnOperatorFollowSelfOnly() throws IOException {
    String members = WEIGHT.replace("training : bool\n", "training : bool\n  save : int\n");
    String data = pickle(object(ROOT, "Net", "w", GOOD, "training", FALSE, "save", "K\u0002"));
    String own = members.replace("self.w", "torch.add(self.w, self.save)");
    try (var manager = NDManager.newBaseManager();
        var network = ScriptFile.load(write(network(own, data)), Device.cpu())) {
      NDArray x = manager.ones(new Shape(3));
      assertThat(network.call("forward", x).toFloatArray()).containsExactly(3, 4, 5);
    }
    String other = members.replace("return", "(x).save(\"a\")\n    return");
    assertRefused(network(other, data), "line 8: '.save' is not among");
    for (String bound :
        new String[] {
          "self = x",
          "(self, x) = (x, x)",
          "x, (self, x) = x, (x, x)",
          "for self in [x]:",
          "with x as self:"
        }) {
      String code = members.replace("return", bound + "\n    self.save(\"a\")\n    return");
      assertRefused(network(code, data), "line 9: '.save' is not among");
    }
    for (String head :
        new String[] {
          "(self: __torch__.Net, x: Tensor, self: Tensor)", "(x: Tensor, self: Tensor)"
        }) {
      String code =
          members
              .replace("return", "self.save(\"a\")\n    return")
              .replace("(self: __torch__.Net, x: Tensor)", head);
      assertRefused(network(code, data), "line 8: '.save' is not among");
    }
    // Its type is one of two, which has no members.
    String either =
        members.replace("return", "getattr(x if True else self, \"save\")(\"a\")\n    return");
    assertRefused(network(either, data), "line 8: '.save' is not among");
    String result = members.replace("return", "torch.neg((self)).save(\"a\")\n    return");
    assertRefused(network(result, data), "line 8: '.save' is not among");
    String chained = members.replace("self.w", "(self.w).save(\"a\")");
    assertRefused(network(chained, data), "line 8: '.save' is not among");
  }

  // Pickles.

  private static final Map<String, String> EVIL_PICKLES = new LinkedHashMap<>();

  static {
    EVIL_PICKLES.put(pickle("cos\nsystem\n(" + text("id") + "tR"), "'os.system' is neither");
    EVIL_PICKLES.put(
        pickle("c__torch__.torch.classes.evil\nReader\n)\u0081}(ub"),
        "'__torch__.torch.classes.evil.Reader' is neither");
    EVIL_PICKLES.put(pickle("c__torch__\nOther\n)\u0081}(ub"), "'__torch__.Other' is neither");
    EVIL_PICKLES.put(
        pickle("ctorch.distributed.rpc\nrref\n)R"), "'torch.distributed.rpc.rref' is neither");
    EVIL_PICKLES.put(
        withWeight(GOOD.replace("_rebuild_tensor_v2", "_rebuild_qtensor")),
        "'torch._utils._rebuild_qtensor' is neither");
    EVIL_PICKLES.put(
        withWeight(tensor("0", 3, 1, numbers(3), numbers(1))),
        "does not lie within its 3 elements");
    EVIL_PICKLES.put(
        withWeight(tensor("0", 3, 0, numbers(2, 2), numbers(2, 1))), "does not lie within");
    EVIL_PICKLES.put(
        withWeight(tensor("0", 3, 0, numbers(3), numbers(1L << 62))), "does not lie within");
    EVIL_PICKLES.put(
        withWeight(tensor("0", 3, 0, numbers(1L << 62, 4), numbers(0, 0))), "does not lie within");
    EVIL_PICKLES.put(
        withWeight(tensor("0", 3, 0, numbers(-1), numbers(1))), "a call in it has other arguments");
    EVIL_PICKLES.put(withWeight(tensor("0", 3, -1, numbers(3), numbers(1))), "does not lie within");
    EVIL_PICKLES.put(
        withWeight(tensor("0", 4, 0, numbers(3), numbers(1))),
        "it has 12 bytes where a tensor says 16");
    EVIL_PICKLES.put(
        withWeight(tensor("7", 3, 0, numbers(3), numbers(1))),
        "it has no bytes where a tensor says 12");
    EVIL_PICKLES.put(
        withWeight(tensor("0", 1L << 62, 0, numbers(3), numbers(1))),
        "a call in it has other arguments");
    EVIL_PICKLES.put(
        withWeight(tensor("../0", 3, 0, numbers(3), numbers(1))),
        "a call in it has other arguments");
    EVIL_PICKLES.put(
        withWeight("K\u0001"), "the attribute 'w' of __torch__.Net is not of its type Tensor");
    EVIL_PICKLES.put(
        pickle(object(ROOT, "Net", "w", GOOD)), "the attribute 'training' of __torch__.Net is not");
    EVIL_PICKLES.put(withWeight("\u0087"), "it takes values that are not there");
    EVIL_PICKLES.put(
        withWeight(")" + "\u0085".repeat(1000)), "its values are nested more than 100 deep");
    EVIL_PICKLES.put(withWeight("]q\0(h\0e"), "it has a value within itself");
    EVIL_PICKLES.put(
        withWeight("Nr\u00ff\u00ff\u00ff\u007f"), "it remembers values in another order");
    EVIL_PICKLES.put(withWeight("h\0"), "it ends early");
    EVIL_PICKLES.put(withWeight("K\0)R"), "it calls something else than a function");
    EVIL_PICKLES.put(withWeight("K\0Nb"), "it fills something else than a new object");
    EVIL_PICKLES.put(withWeight("X\u00ff\u00ff\u00ff\u007fa"), "a text that is longer");
    EVIL_PICKLES.put(withWeight("L1L\n"), "the instruction 76, which PyTorch does not write");
    EVIL_PICKLES.put(
        withWeight("\u008a\u0009" + "\0".repeat(9)), "an integer that is not of 8 bytes");
    EVIL_PICKLES.put(pickle("}"), "A state dict holds weights without code");
    EVIL_PICKLES.put(withWeight(GOOD) + "N", "it does not end with one value");
    EVIL_PICKLES.put("\u0080\u0004N.", "it is no pickle of protocol 2");
    EVIL_PICKLES.put("\u0080\u0002", "it ends early");
    EVIL_PICKLES.put("", "it ends early");
  }

  private static final Iterable<Map.Entry<String, String>> PICKLES = EVIL_PICKLES.entrySet();

  @ParameterizedTest(name = "{index}")
  @FieldSource("PICKLES")
  void picklesHoldWhatTheCodeDeclares(Map.Entry<String, String> evil) throws IOException {
    assertRefused(network(WEIGHT, evil.getKey()), evil.getValue());
  }

  /** Lists of the same lists would take endless comparisons. */
  @Test
  void sharedListsAreComparedOnce() throws IOException {
    String lists = "](" + "K\u0001".repeat(100) + "eq\0";
    String type = "List[int]";
    for (int i = 0; i < 12; i++) {
      lists = "](" + lists + ("h" + (char) i).repeat(99) + "eq" + (char) (i + 1);
      type = "List[" + type + "]";
    }
    String code = WEIGHT.replace("training : bool", "lists : " + type + "\n  training : bool");
    lists = tagged(lists, type);
    String data = pickle(object(ROOT, "Net", "w", GOOD, "lists", lists, "training", FALSE));
    assertRefused(network(code, data), "its lists have more than 16000000 values");
  }

  /** A list of two types would let code fill it with objects of the one and read the other. */
  @Test
  void listsAndDictionariesHaveTheTypeOfTheirTagOnly() throws IOException {
    for (String[] attribute :
        new String[][] {
          {"List[str]", "]"},
          {"Dict[int, str]", "}"},
          {"List[str]", "ctorch.jit._pickle\nbuild_intlist\n(]tR"},
          {"List[str]", tagged("]", "List[int]")},
          {"Dict[int, str]", tagged("}", "Dict[int, int]")},
          {"List[List[str]]", tagged("](" + tagged("]", "List[int]") + "e", "List[List[int]]")}
        }) {
      String code =
          WEIGHT.replace("training : bool", "a : " + attribute[0] + "\n  training : bool");
      String data = pickle(object(ROOT, "Net", "w", GOOD, "a", attribute[1], "training", FALSE));
      assertRefused(network(code, data), "the attribute 'a' of __torch__.Net is not of its type");
    }
    String code = WEIGHT.replace("training", "a : List[int]\n  b : List[str]\n  training");
    String shared =
        "c__torch__\nNet\n)\u0081}"
            + (text("w") + GOOD + "s")
            + (text("training") + FALSE + "s")
            + (text("a") + tagged("]q\0", "List[int]") + "s")
            + (text("b") + "h\0sb");
    assertRefused(
        network(code, pickle(shared)), "the attribute 'b' of __torch__.Net is not of its type");
  }

  private static String tagged(String value, String type) {
    return "ctorch.jit._pickle\nrestore_type_tag\n(" + value + text(type) + "tR";
  }

  // Zips.

  private static final Map<String, Consumer<RawZip>> EVIL_ZIPS = new LinkedHashMap<>();

  static {
    EVIL_ZIPS.put(
        "there are two entries of this name",
        zip -> zip.add(CODE, latin(WEIGHT.replace("mul", "add"))));
    EVIL_ZIPS.put(
        "code/__torch__.py, there are two entries of this name",
        zip -> zip.add("Net/CODE/__TORCH__.py", latin(WEIGHT)));
    EVIL_ZIPS.put(
        "has more than one folder: 'Net' and 'Other'", zip -> zip.add("Other/a", latin("a")));
    EVIL_ZIPS.put("has an entry named 'Net/../a'", zip -> zip.add("Net/../a", latin("a")));
    EVIL_ZIPS.put("has an entry named 'Net/a?b'", zip -> zip.add("Net/a\0b", latin("a")));
    EVIL_ZIPS.put("has an entry named 'Net/a\\b'", zip -> zip.add("Net/a\\b", latin("a")));
    EVIL_ZIPS.put("has an entry named '/a'", zip -> zip.add("/a", latin("a")));
    EVIL_ZIPS.put("has an entry named 'a'", zip -> zip.add("a", latin("a")));
    EVIL_ZIPS.put("has an entry named 'Net/a/'", zip -> zip.add("Net/a/", latin("")));
    EVIL_ZIPS.put(
        "data/0, its bytes do not have their size or checksum",
        zip -> zip.get("Net/data/0").checksum++);
    EVIL_ZIPS.put(
        "data.pkl, its bytes do not have their size or checksum",
        zip -> zip.get("Net/data.pkl").checksum++);
    EVIL_ZIPS.put("data/0, its zip gives two sizes for it", zip -> zip.get("Net/data/0").size++);
    EVIL_ZIPS.put("data/0, its zip has it encrypted", zip -> zip.get("Net/data/0").flags = 1);
    EVIL_ZIPS.put("data/0, its zip has it encrypted ", zip -> zip.get("Net/data/0").method = 12);
    EVIL_ZIPS.put(
        "data/0, its zip's directory says otherwise",
        zip -> zip.get("Net/data/0").localName = "Net/data/1");
    EVIL_ZIPS.put(
        "it lies over another", zip -> zip.get("Net/data/0").offset = zip.get(CODE).name.length());
    EVIL_ZIPS.put(
        "it begins behind the end of the file", zip -> zip.get("Net/data/0").offset = 1 << 30);
    EVIL_ZIPS.put(
        "code/__torch__.py, it has 2147483646 bytes where at most 67108864 are read",
        zip -> {
          zip.get(CODE).method = 8;
          zip.get(CODE).size = Integer.MAX_VALUE - 1;
        });
    EVIL_ZIPS.put(
        "code/__torch__.py, its compressed bytes are broken", zip -> zip.get(CODE).method = 8);
    EVIL_ZIPS.put(
        "the format of PyTorch before 1.3", zip -> zip.add("Net/model.json", latin("{}")));
    EVIL_ZIPS.put("the format is '3' and another", zip -> zip.add("Net/.data/version", latin("3")));
    EVIL_ZIPS.put("numbers are not little-endian", zip -> zip.add("Net/byteorder", latin("big")));
  }

  private static final Iterable<Map.Entry<String, Consumer<RawZip>>> ZIPS = EVIL_ZIPS.entrySet();

  @ParameterizedTest
  @FieldSource("ZIPS")
  void zipsAreReadInOneWayOnly(Map.Entry<String, Consumer<RawZip>> evil) throws IOException {
    RawZip zip = network();
    evil.getValue().accept(zip);
    assertRefused(zip, evil.getKey().strip());
  }

  @Test
  void nothingStandsBesideTheZip() throws IOException {
    byte[] good = network().bytes();
    var prefixed = new ByteArrayOutputStream();
    prefixed.writeBytes(network().bytes());
    prefixed.writeBytes(good);
    Path file = folder.resolve("net.pt");
    assertRefused(
        Files.write(file, prefixed.toByteArray()), "its zip's directory is not where the end");
    assertRefused(
        Files.write(file, latin("#!/bin/sh\n" + new String(good, StandardCharsets.ISO_8859_1))),
        "it is no zip");
    assertRefused(Files.write(file, Arrays.copyOf(good, good.length + 1)), "it does not end where");
    for (int length = 0; length < good.length; length += 7) {
      assertRefused(Files.write(file, Arrays.copyOf(good, length)), "");
    }
  }

  @Test
  void onlyTheFormatsOf3To10AreRead() throws IOException {
    for (String version : new String[] {"2", "11", "3.5", "", "99999999999999999999"}) {
      RawZip zip = new RawZip();
      zip.add("Net/version", latin(version));
      assertRefused(
          zip, version.length() > 16 ? "it has 20 bytes" : "the format is '" + version + "'");
    }
  }

  /** What PyTorch gets is a new archive of the examined parts, whatever becomes of the file. */
  @Test
  void whatIsLoadedIsWhatWasExamined() throws IOException {
    RawZip zip = network();
    zip.add("Net/extra/note", latin("a"));
    zip.add("Net/code/__torch__.py.debug_pkl", latin("a"));
    zip.add("Net/bytecode.pkl", latin("a"));
    zip.add("Net/data/1", latin("a"));
    Path file = write(zip);
    var copy = new ByteArrayOutputStream();
    try (var examination = ScriptExamination.of(file)) {
      // Written over with a file of the same length, whose code saves.
      String evil = "save(x, \"abc\")";
      byte[] bytes = Files.readAllBytes(file);
      String changed =
          new String(bytes, StandardCharsets.ISO_8859_1).replace("mul(x, self.w)", evil);
      assertThat(changed).contains(evil).hasSize(bytes.length);
      Files.write(file, latin(changed));
      examination.write(copy);
    }
    var names = new LinkedHashMap<String, String>();
    try (var entries = new ZipInputStream(new ByteArrayInputStream(copy.toByteArray()))) {
      for (var entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
        names.put(entry.getName(), new String(entries.readAllBytes(), StandardCharsets.ISO_8859_1));
      }
    }
    assertThat(names.keySet())
        .containsExactly(
            "archive/version",
            "archive/code/__torch__.py",
            "archive/constants.pkl",
            "archive/data.pkl",
            "archive/data/0");
    assertThat(names).containsEntry("archive/code/__torch__.py", WEIGHT);
  }

  /**
   * Tensors are not held in memory: they are compared with their checksums when they are copied.
   */
  @Test
  void tensorsThatChangeAfterTheExaminationAreNotLoaded() throws IOException {
    RawZip zip = network();
    Path file = write(zip);
    try (var examination = ScriptExamination.of(file)) {
      zip.get("Net/data/0").content[0]++;
      Files.write(file, zip.bytes());
      assertThatExceptionOfType(TorchScriptException.class)
          .isThrownBy(() -> examination.write(new ByteArrayOutputStream()))
          .withMessageContaining("data/0, its bytes do not have their size or checksum");
    }
  }
}
