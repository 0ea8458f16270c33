package org.adversaria.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.adversaria.kernel.protocol.Connection;
import org.adversaria.kernel.protocol.Requests;
import org.adversaria.notebook.Notebook;
import org.adversaria.notebook.Renderers;
import org.adversaria.notebook.SourceFiles;
import org.dflib.jjava.jupyter.kernel.history.HistoryEntry;
import org.dflib.jjava.jupyter.kernel.history.HistoryManager.ResultFlag;
import org.dflib.jjava.jupyter.messages.Header;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageType;
import org.dflib.jjava.jupyter.messages.request.CommInfoRequest;
import org.dflib.jjava.jupyter.messages.request.CompleteRequest;
import org.dflib.jjava.jupyter.messages.request.ExecuteRequest;
import org.dflib.jjava.jupyter.messages.request.HistoryRequest;
import org.dflib.jjava.jupyter.messages.request.InspectRequest;
import org.dflib.jjava.jupyter.messages.request.IsCompleteRequest;
import org.dflib.jjava.jupyter.messages.request.ShutdownRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQException;

/**
 * The kernel's main class: {@code Kernel CONNECTION_FILE}. It answers the requests of front ends.
 *
 * <p>The system property {@value #STARTUP} names a file of Java that is run before the first cell,
 * for imports; {@value SourceFiles#PROPERTY} lists where sources lie, for Javadoc.
 */
public final class Kernel {

  /** The system property that names the start-up script. */
  public static final String STARTUP = "adversaria.kernel.startup";

  /** The system property that lists folders and jars of sources, for Javadoc. */
  public static final String SOURCES = SourceFiles.PROPERTY;

  private static final Logger LOG = LoggerFactory.getLogger(Kernel.class);

  private static final long FIRST_ANSWER_MILLIS = 200;
  private static final long LAST_PROCESS_MILLIS = 500;

  private final Connection connection;
  private final Messages messages;
  private final Outputs outputs = new Outputs();
  private final Comms comms;
  private final Cells cells;
  private final CountDownLatch firstAnswer = new CountDownLatch(1);

  /** The cell that runs; null if none does. */
  private Message<?> running;

  private Kernel(Path connectionFile) throws IOException {
    connection = new Connection(connectionFile);
    messages = new Messages(connection.iopub());
    comms = new Comms(connection.iopub());
    cells = new Cells(messages, outputs);
  }

  /**
   * Starts the kernel, which ends when its front end says so or is no more.
   *
   * @param arguments the connection file that the front end has written
   */
  public static void main(String[] arguments) {
    if (arguments.length != 1) {
      System.err.println("Usage: Kernel CONNECTION_FILE; Jupyter writes the file and calls this");
      System.exit(2);
    }
    try {
      new Kernel(Path.of(arguments[0])).serve();
    } catch (IOException | ZMQException e) {
      System.err.println("error: the kernel cannot start: " + e.getMessage());
      System.exit(1);
    }
  }

  private void serve() {
    outputs.install();
    System.setIn(new KernelInput(outputs, connection.stdin()));
    Notebook.connect(new KernelFrontEnd(outputs, messages));
    Thread.setDefaultUncaughtExceptionHandler(Kernel::uncaught);
    Runtime.getRuntime().addShutdownHook(new Thread(this::end, "kernel-end"));
    cells.prepare(startupScript(), this::awaitFirstAnswer);
    connection.serve(this::onShell, this::onControl);
    Renderers.render(0); // loads the renderers' classes while JShell starts in its own thread
    exitWithFrontEnd();
  }

  /**
   * Without the sockets' own threads nothing is heard or said: the front end has to see the end.
   */
  private static void uncaught(Thread thread, Throwable e) {
    String name = thread.getName();
    if (name.startsWith("iothread-") || name.startsWith("reaper-")) {
      Runtime.getRuntime().halt(1);
    }
    CellErrors.tellUncaught(thread, e);
  }

  /** JShell's start would take the processor from the answer that front ends wait for. */
  private void awaitFirstAnswer() {
    try {
      firstAnswer.await(FIRST_ANSWER_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("Nobody interrupts before the first cell", e);
    }
  }

  /** Where it cannot be read, the first cell says so. */
  private static String startupScript() {
    String file = System.getProperty(STARTUP);
    if (file == null) {
      return "";
    }
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      return "System.err.println(\"The kernel's start-up script is missing: run"
          + " environment/setup.sh\");";
    }
  }

  /** A front end that was killed cannot ask its kernels to end. */
  private static void exitWithFrontEnd() {
    String frontEnd = System.getenv("JPY_PARENT_PID");
    Optional<ProcessHandle> parent = ProcessHandle.current().parent();
    if (frontEnd == null || parent.isEmpty()) {
      return;
    }
    boolean windows = File.separatorChar == '\\'; // there the variable is no number of a process
    boolean there = ProcessHandle.allProcesses().anyMatch(p -> frontEnd.equals("" + p.pid()));
    if (!there
        && !windows) { // it ended while the kernel started, and another process has become the
      // parent
      System.exit(0);
    }
    parent.get().onExit().thenRun(() -> System.exit(0));
  }

  /**
   * When the JVM ends: a training writes its checkpoint, all outputs are sent, and the processes
   * that cells have started end too.
   */
  private void end() {
    cells.end();
    connection.iopub().close();
    endProcesses();
  }

  /** Those that are asked in vain are ended by force. */
  private static void endProcesses() {
    List<ProcessHandle> started = ProcessHandle.current().descendants().toList();
    started.forEach(ProcessHandle::destroy);
    try {
      CompletableFuture.allOf(
              started.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
          .get(LAST_PROCESS_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      started.forEach(ProcessHandle::destroyForcibly);
    } catch (InterruptedException e) {
      throw new IllegalStateException("Nobody interrupts this thread", e);
    }
  }

  // ---- requests ------------------------------------------------------------------------------

  private void onShell(Message<?> request, Requests shell) {
    answer(request, shell, this::shellReply);
  }

  private void onControl(Message<?> request, Requests control) {
    answer(request, control, (message, from) -> controlReply(message));
    if (request.getContent() instanceof ShutdownRequest) {
      System.exit(0);
    }
  }

  /** What is answered to a request, and as what. */
  private record Reply(MessageType<?> type, JsonObject content) {}

  /** Null where no reply is due. */
  private interface Answering {
    Reply answer(Message<?> request, Requests from) throws ExecutionException;
  }

  /** Every request is framed by the states busy and idle, whatever happens. */
  private void answer(Message<?> request, Requests from, Answering answering) {
    busy(request);
    try {
      Reply reply = answering.answer(request, from);
      if (reply != null) {
        Messages.reply(request, from, reply.type(), reply.content());
      }
    } catch (ExecutionException e) {
      LOG.warn("No answer to {}", request.getHeader().getType(), e.getCause());
      failed(request, from, e.getCause());
    } catch (RuntimeException | Error e) {
      LOG.warn("No answer to {}", request.getHeader().getType(), e);
      failed(request, from, e);
    } finally {
      idle(request);
      firstAnswer.countDown();
    }
  }

  private synchronized void busy(Message<?> request) {
    messages.busy(request);
    if (request.getContent() instanceof ExecuteRequest) {
      running = request;
    }
  }

  /**
   * A front end shows the state it heard last, whichever request it is of: after one that was
   * answered while a cell runs, the cell is said to be running still.
   */
  private synchronized void idle(Message<?> request) {
    messages.idle(request);
    if (request == running) {
      running = null;
    } else if (running != null) {
      messages.busy(running);
    }
  }

  private static void failed(Message<?> request, Requests from, Throwable e) {
    String name = request.getHeader().getType().getName().replace("_request", "_reply");
    MessageType<?> type = MessageType.getType(name);
    if (type != MessageType.UNKNOWN) {
      String message = String.valueOf(e.getMessage());
      Messages.reply(
          request,
          from,
          type,
          Messages.error(e.getClass().getSimpleName(), message, List.of(e.toString())));
    }
  }

  private Reply shellReply(Message<?> request, Requests shell) throws ExecutionException {
    Object content = request.getContent();
    if (content instanceof ExecuteRequest) {
      firstAnswer.countDown();
      comms.setContext(request);
      cells.execute(executeRequest(request), shell, this::onShell);
      return null;
    } else if (content instanceof CompleteRequest complete) {
      return new Reply(MessageType.COMPLETE_REPLY, cells.complete(complete));
    } else if (content instanceof InspectRequest inspect) {
      return new Reply(MessageType.INSPECT_REPLY, cells.inspect(inspect));
    } else if (content instanceof IsCompleteRequest isComplete) {
      return new Reply(MessageType.IS_COMPLETE_REPLY, cells.isComplete(isComplete.getCode()));
    } else if (content instanceof HistoryRequest history) {
      return new Reply(MessageType.HISTORY_REPLY, history(history));
    } else if (content instanceof CommInfoRequest info) {
      return new Reply(MessageType.COMM_INFO_REPLY, comms.info(info));
    } else if (Comms.isCommMessage(request)) {
      cells.call(() -> handleComm(request));
      return null;
    }
    return controlReply(request);
  }

  /** The protocol has no reply to it; what fails is told below the last cell. */
  private void handleComm(Message<?> message) {
    try {
      comms.handle(message);
    } catch (RuntimeException | Error e) {
      CellErrors.tellUncaught(Thread.currentThread(), e);
    }
  }

  @SuppressWarnings("unchecked") // the header's type says what the content is
  private static Message<ExecuteRequest> executeRequest(Message<?> request) {
    return (Message<ExecuteRequest>) request;
  }

  private Reply controlReply(Message<?> request) {
    MessageType<?> type = request.getHeader().getType();
    if (type == MessageType.KERNEL_INFO_REQUEST) {
      return new Reply(MessageType.KERNEL_INFO_REPLY, info());
    } else if (type == MessageType.INTERRUPT_REQUEST) {
      cells.interrupt(request);
      return new Reply(MessageType.INTERRUPT_REPLY, Messages.ok());
    } else if (request.getContent() instanceof ShutdownRequest shutdown) {
      JsonObject content = Messages.ok();
      content.addProperty("restart", shutdown.isRestart());
      return new Reply(MessageType.SHUTDOWN_REPLY, content);
    }
    return null;
  }

  private static JsonObject info() {
    String version = Kernel.class.getPackage().getImplementationVersion();
    String java = Runtime.version().toString();
    var language = new JsonObject();
    language.addProperty("name", "java");
    language.addProperty("version", java);
    language.addProperty("mimetype", "text/x-java-source");
    language.addProperty("file_extension", ".jshell");
    language.addProperty("pygments_lexer", "java");
    language.addProperty("codemirror_mode", "java");
    JsonObject content = Messages.ok();
    content.addProperty("protocol_version", Header.PROTOCOL_VERISON);
    content.addProperty("implementation", "adversaria");
    content.addProperty("implementation_version", version == null ? "unknown" : version);
    content.add("language_info", language);
    content.addProperty(
        "banner", "Java " + java + " with Adversaria. %help lists what cells can call.");
    content.add("help_links", new JsonArray());
    return content;
  }

  private JsonObject history(HistoryRequest request) {
    Set<ResultFlag> flags = EnumSet.noneOf(ResultFlag.class);
    if (request.includeOutput()) {
      flags.add(ResultFlag.INCLUDE_OUTPUT);
    }
    SessionHistory history = cells.history();
    List<HistoryEntry> found;
    if (request instanceof HistoryRequest.Range range) {
      found =
          history.lookupRange(range.getSessionIndex(), range.getStart(), range.getStop(), flags);
    } else if (request instanceof HistoryRequest.Search search) {
      if (search.filterUnique()) {
        flags.add(ResultFlag.UNIQUE);
      }
      found = history.search(search.getPattern(), search.getMaxReturnLength(), flags);
    } else {
      found = history.lookupTail(((HistoryRequest.Tail) request).getMaxReturnLength(), flags);
    }
    JsonObject content = Messages.ok();
    content.add("history", Messages.history(found));
    return content;
  }
}
