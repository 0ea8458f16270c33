package org.adversaria.cli;

import ai.djl.engine.Engine;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.adversaria.torch.Text;
import org.adversaria.training.RunRecord;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The command {@code adversaria}.
 *
 * <p>Results go to the standard output, all else to the standard error. The exit status is 0 where
 * all went well, 1 after a failure, 2 where the command was not understood.
 */
@Command(
    name = "adversaria",
    description = "Generative adversarial networks in Java, from a terminal.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    footer = {
      "",
      "'adversaria sweep' trains methods x presets x seeds on Apache Spark; it is in a module of its"
          + " own, see lib/spark/README.md."
    },
    subcommands = {
      DataCommand.class,
      TrainCommand.class,
      ResumeCommand.class,
      ReplayCommand.class,
      RunsCommand.class,
      SampleCommand.class,
      EvaluateCommand.class,
      ExportCommand.class,
      WeightsCommand.class,
      DatasetsCommand.class,
      DoctorCommand.class,
      CompletionCommand.class
    })
public final class Main implements Runnable {

  static final int FAILURE = 1;

  /** Says which library, engine and Java are running. */
  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      return new String[] {
        Text.format(
            "adversaria %s (DJL %s, Java %s)",
            own(), Engine.getDjlVersion(), System.getProperty("java.version"))
      };
    }

    /** The library's version. */
    static String own() {
      return RunRecord.libraryVersion();
    }
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--stacktrace",
      description = "After a failure, tell also where in the program it happened.",
      scope = ScopeType.INHERIT)
  private boolean stacktrace;

  private Main() {}

  /**
   * Runs the command and ends the process with its exit status.
   *
   * @param args the words of the command line
   */
  public static void main(String[] args) {
    // What other libraries print is in the language and with the digits of the rest.
    Locale.setDefault(Locale.ROOT);
    System.exit(execute(commandLine(), args));
  }

  /**
   * Returns the command line.
   *
   * @param more further commands, those of other modules: objects with picocli's annotations; one
   *     takes the place of the library's own of its name
   * @return the command line, for {@link #execute}
   */
  public static CommandLine commandLine(Object... more) {
    var line = new CommandLine(new Main());
    for (Object command : more) {
      String name = CommandSpec.forAnnotatedObject(command).name();
      if (line.getSubcommands().containsKey(name)) {
        line.getCommandSpec().removeSubcommand(name);
      }
      line.addSubcommand(command);
    }
    Main main = line.getCommand();
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .registerConverter(Path.class, Main::path)
        .setParameterExceptionHandler((e, args) -> misunderstood(e))
        .setExecutionExceptionHandler((e, command, result) -> main.failed(e, command));
  }

  private static Path path(String word) {
    try {
      return Path.of(word);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(message(e));
    }
  }

  /**
   * Runs a command; an error of the machine, such as missing natives, is a failure like others.
   *
   * @param command of {@link #commandLine}
   * @param args the words of the command line
   * @return the exit status
   */
  public static int execute(CommandLine command, String... args) {
    try {
      return command.execute(args);
    } catch (LinkageError | OutOfMemoryError e) {
      Main main = command.getCommand();
      return main.failed(e, command);
    }
  }

  /** Without a subcommand there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: one of the commands below");
  }

  private static int misunderstood(ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("error: " + Text.visibleLines(e.getMessage()));
    if (command.getParent() == null) {
      command.usage(err);
    } else {
      err.println(Text.format("'%s --help' says more", command.getCommandSpec().qualifiedName()));
    }
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private int failed(Throwable e, CommandLine command) {
    PrintWriter err = command.getErr();
    err.println("error: " + Text.visibleLines(message(e)));
    if (stacktrace) {
      e.printStackTrace(err);
    }
    return FAILURE;
  }

  /** The message of an exception; where it says little by itself, with the exception's name. */
  static String message(Throwable e) {
    if (e instanceof InvalidPathException path && path.getReason().startsWith("Malformed")) {
      return unencodable(path.getInput());
    }
    if (e instanceof NoSuchFileException) {
      return "there is no file " + e.getMessage();
    }
    boolean ours =
        e.getMessage() != null
            && !(e instanceof FileSystemException)
            && !(e instanceof Error)
            && !(e instanceof NullPointerException);
    return ours ? e.getMessage() : e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  /** Java encodes file names as the locale says that it was started under; no option changes it. */
  private static String unencodable(String path) {
    String locale =
        Stream.of("LC_ALL", "LC_CTYPE", "LANG")
            .filter(name -> !System.getenv().getOrDefault(name, "").isEmpty())
            .findFirst()
            .map(name -> name + "=" + System.getenv(name))
            .orElse("POSIX");
    return Text.format(
        "the path '%s' has characters that file names cannot have under the locale %s, whose"
            + " encoding is %s: start this under a UTF-8 locale, such as LC_ALL=C.UTF-8",
        path, locale, System.getProperty("sun.jnu.encoding"));
  }
}
