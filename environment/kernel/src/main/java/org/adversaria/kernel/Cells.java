package org.adversaria.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.File;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.adversaria.kernel.JavaShell.Result;
import org.adversaria.kernel.help.CodeHelp;
import org.adversaria.kernel.protocol.Requests;
import org.adversaria.notebook.MimeBundle;
import org.adversaria.torch.Text;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageContext;
import org.dflib.jjava.jupyter.messages.MessageType;
import org.dflib.jjava.jupyter.messages.publish.PublishStream;
import org.dflib.jjava.jupyter.messages.request.CompleteRequest;
import org.dflib.jjava.jupyter.messages.request.ExecuteRequest;
import org.dflib.jjava.jupyter.messages.request.HistoryRequest;
import org.dflib.jjava.jupyter.messages.request.InspectRequest;
import org.dflib.jjava.jupyter.messages.request.KernelInfoRequest;

/**
 * The cells of a notebook: runs them in their order in {@link CellThread}, publishes what comes
 * out, and interrupts the one that runs.
 */
final class Cells {

  private static final long LAST_CELL_SECONDS = 120;
  private static final long PATIENCE_MILLIS = 2_000;

  private final Messages messages;
  private final Outputs outputs;
  private final CellThread thread = new CellThread();
  private final SessionHistory history = new SessionHistory();
  private final StaleJars jars = new StaleJars(System.getProperty("java.class.path"));

  /** Both belong to {@link #thread}, but for {@link JavaShell#interrupt}. */
  private volatile JavaShell shell;

  private CellRunner runner;
  private volatile CodeHelp help;

  private volatile Cell running;

  /** The cell that a front end has asked for, while there is no reply to it. */
  private volatile Cell next;

  private Cell interruptedEarly;
  private volatile long interruptedAt;
  private volatile Instant interruptSent = Instant.EPOCH;
  private int lastNumber;
  private List<Path> changedJars = List.of();

  Cells(Messages messages, Outputs outputs) {
    this.messages = messages;
    this.outputs = outputs;
    CellGuard.connect(outputs);
  }

  SessionHistory history() {
    return history;
  }

  /**
   * Starts JShell and runs the start-up script; cells that come meanwhile wait.
   *
   * @param before what is to be waited for first
   */
  void prepare(String startupScript, Runnable before) {
    thread.later(
        () -> {
          before.run();
          shell = new JavaShell();
          var magics = new Magics(shell, jars);
          runner = new CellRunner(shell, magics);
          try {
            shell.run("start-up script", startupScript, 0, startupScript.length());
          } catch (CellException e) {
            System.err.println(String.join("\n", e.lines()));
          }
          help = new CodeHelp(shell.shell(), jars.all(), sources(), magics.names());
          shell.onAdded(help::addToClassPath);
          var warmUp = new Thread(help::warmUp, "kernel-warm-up");
          warmUp.setDaemon(true);
          warmUp.setPriority(Thread.MIN_PRIORITY);
          warmUp.start();
        });
  }

  private static List<Path> sources() {
    String paths = System.getProperty(Kernel.SOURCES, "");
    return Arrays.stream(paths.split(File.pathSeparator))
        .filter(path -> !path.isEmpty())
        .map(Path::of)
        .toList();
  }

  // ---- help ----------------------------------------------------------------------------------

  JsonObject complete(CompleteRequest request) throws ExecutionException {
    return Help.complete(help(), request);
  }

  JsonObject inspect(InspectRequest request) throws ExecutionException {
    return Help.inspect(help(), request);
  }

  JsonObject isComplete(String code) throws ExecutionException {
    return thread.call(() -> Help.isComplete(help, code));
  }

  /** Right after the start, it is there when the start-up script has run. */
  private CodeHelp help() throws ExecutionException {
    return help != null ? help : thread.call(() -> help);
  }

  /** Runs a task of the user's code that is no cell. */
  void call(Runnable task) throws ExecutionException {
    thread.call(
        () -> {
          task.run();
          return null;
        });
  }

  // ---- execution -----------------------------------------------------------------------------

  /**
   * Runs a cell and replies; after an error the cells that wait are not run. Help for the author of
   * the next cell is answered meanwhile.
   */
  void execute(Message<ExecuteRequest> request, Requests from, Requests.Handler others)
      throws ExecutionException {
    ExecuteRequest content = request.getContent();
    boolean counted = !content.isSilent() && content.shouldStoreHistory();
    int number = counted ? ++lastNumber : Math.max(1, lastNumber);
    var output = new CellOutput((stream, text) -> stream(request, stream, text));
    var cell = new Cell(request, number, output);
    next = cell;
    if (!content.isSilent()) {
      publishInput(cell);
    }
    Future<JsonObject> run = thread.submit(() -> run(cell));
    from.answerDuring(run, this::needsNoCell, others);
    JsonObject reply = CellThread.await(run);
    next = null;
    boolean failed = reply.get("status").getAsString().equals("error");
    List<Message<?>> aborted =
        failed && content.shouldStopOnError() ? cellsSentBefore(from) : List.of();
    Messages.reply(request, from, MessageType.EXECUTE_REPLY, reply);
    aborted.forEach(waiting -> abort(waiting, from));
  }

  /**
   * After an interrupt those that were sent before it: who interrupts may go on at once. The two
   * come over different sockets, so their dates count too.
   */
  private List<Message<?>> cellsSentBefore(Requests from) {
    Predicate<Message<?>> cells = waiting -> waiting.getContent() instanceof ExecuteRequest;
    if (!shell.interruptRequested()) {
      return from.take(cells);
    }
    return from.take(cells.and(cell -> !sent(cell).isAfter(interruptSent)), interruptedAt);
  }

  /** When a front end sent a message; long ago if it does not say so in the protocol's form. */
  private static Instant sent(Message<?> message) {
    try {
      String date = message.getHeader().getTimestamp().getDateString();
      return OffsetDateTime.parse(date).toInstant();
    } catch (DateTimeParseException | NullPointerException e) {
      return Instant.EPOCH;
    }
  }

  private boolean needsNoCell(Message<?> request) {
    Object content = request.getContent();
    return help != null
        && (content instanceof CompleteRequest
            || content instanceof InspectRequest
            || content instanceof KernelInfoRequest
            || content instanceof HistoryRequest);
  }

  private void abort(Message<?> request, Requests from) {
    messages.busy(request);
    var content = new JsonObject();
    content.addProperty("status", "aborted");
    content.addProperty("execution_count", lastNumber);
    Messages.reply(request, from, MessageType.EXECUTE_REPLY, content);
    messages.idle(request);
  }

  private JsonObject run(Cell cell) {
    outputs.begin(cell);
    begin(cell);
    JsonObject reply;
    String shown = null;
    try {
      tellOfChangedJars();
      Optional<Result> result = runner.run("cell " + cell.number(), cell.code());
      if (shell.interruptRequested()) {
        throw CellErrors.interrupted(null, shell);
      }
      if (result.isPresent() && !cell.request().getContent().isSilent()) {
        MimeBundle bundle = shell.render(result.get().value());
        shown = String.valueOf(bundle.data().get(MimeBundle.TEXT));
        cell.output().end();
        publishResult(cell, bundle);
      }
      reply = Messages.ok();
      reply.add("user_expressions", evaluated(cell.request().getContent().getUserExpr()));
      reply.add("payload", new JsonArray());
    } catch (CellException e) {
      reply = error(cell, e);
    } catch (Throwable e) { // JShell's own, or no memory to show the value
      reply = error(cell, CellErrors.unexpected(e));
    } finally {
      running = null;
      CellGuard.clear();
      outputs.end();
    }
    reply.addProperty("execution_count", cell.number());
    if (cell.request().getContent().shouldStoreHistory()
        && !cell.request().getContent().isSilent()) {
      history.add(cell.number(), cell.code(), shown);
    }
    return reply;
  }

  private synchronized void begin(Cell cell) {
    shell.begin();
    running = cell;
    if (interruptedEarly == cell) {
      interrupt();
    }
  }

  private JsonObject error(Cell cell, CellException e) {
    cell.output().end();
    JsonObject content = Messages.error(e.name(), e.getMessage(), e.lines());
    messages.publish(cell.request(), MessageType.PUBLISH_ERROR, content);
    return content;
  }

  /** The values that a front end asks for beside the cell's own, by their names. */
  private JsonObject evaluated(Map<String, String> expressions) {
    var values = new JsonObject();
    if (expressions == null) {
      return values;
    }
    expressions.forEach(
        (name, code) -> {
          JsonObject value;
          try {
            Object result = shell.run(name, code, 0, code.length()).map(Result::value).orElse(null);
            value = Messages.content(shell.render(result));
            value.addProperty("status", "ok");
          } catch (CellException e) {
            value = Messages.error(e.name(), e.getMessage(), e.lines());
          }
          values.add(name, value);
        });
    return values;
  }

  /** Says once for each change that classes on disk are not those in use. */
  private void tellOfChangedJars() {
    List<Path> changed = jars.changed();
    if (!changed.equals(changedJars) && !changed.isEmpty()) {
      System.err.println(
          Text.format(
              "%s was built again after this kernel started. Restart the kernel to use it; until"
                  + " then the old classes are in use, and some may be missing.",
              changed.get(0).getFileName()));
    }
    changedJars = changed;
  }

  // ---- interrupt and end ---------------------------------------------------------------------

  /**
   * Ends the running cell as soon as its code lets itself be ended, or the one that waits for
   * JShell's start; without one nothing.
   */
  void interrupt(Message<?> request) {
    interruptSent = sent(request);
    interruptedAt = System.nanoTime();
    interrupt();
  }

  private synchronized void interrupt() {
    Cell cell = running;
    if (cell == null) {
      interruptedEarly = next;
      return;
    }
    CellGuard.interrupt(cell);
    shell.interrupt();
    var watch = new Thread(() -> tellIfStillRunning(cell), "kernel-interrupt");
    watch.setDaemon(true);
    watch.start();
  }

  private void tellIfStillRunning(Cell cell) {
    try {
      Thread.sleep(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      return;
    }
    if (running == cell) {
      String text =
          "Interrupted; the cell ends when what it called returns. Restart the kernel to"
              + " end it now.\n";
      stream(cell.request(), PublishStream.StreamType.ERR, text);
    }
  }

  /** Interrupts the running cell and waits until it has ended, so that it can save its work. */
  void end() {
    interrupt();
    if (running != null) {
      thread.end(LAST_CELL_SECONDS);
    }
  }

  // ---- what is published ---------------------------------------------------------------------

  private void stream(MessageContext cell, PublishStream.StreamType stream, String text) {
    messages.publish(cell, MessageType.PUBLISH_STREAM, new PublishStream(stream, text));
  }

  private void publishInput(Cell cell) {
    var content = new JsonObject();
    content.addProperty("code", cell.code());
    content.addProperty("execution_count", cell.number());
    messages.publish(cell.request(), MessageType.PUBLISH_EXECUTE_INPUT, content);
  }

  private void publishResult(Cell cell, MimeBundle bundle) {
    JsonObject content = Messages.content(bundle);
    content.addProperty("execution_count", cell.number());
    messages.publish(cell.request(), MessageType.PUBLISH_EXECUTION_RESULT, content);
  }
}
