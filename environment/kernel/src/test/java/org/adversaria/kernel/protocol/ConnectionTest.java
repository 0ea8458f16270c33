package org.adversaria.kernel.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageType;
import org.dflib.jjava.jupyter.messages.publish.PublishStream;
import org.dflib.jjava.jupyter.messages.reply.InterruptReply;
import org.dflib.jjava.jupyter.messages.reply.IsCompleteReply;
import org.dflib.jjava.jupyter.messages.request.ExecuteRequest;
import org.dflib.jjava.jupyter.messages.request.IsCompleteRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ConnectionTest {

  private static final String CODE = "{\"code\": \"1\"}";

  @TempDir Path folder;

  private final TestFrontEnd frontEnd = new TestFrontEnd();
  private Connection connection;

  @BeforeEach
  void start() throws Exception {
    connection = frontEnd.start(folder);
    frontEnd.connect();
  }

  @AfterEach
  void close() {
    frontEnd.close();
    connection.iopub().close();
  }

  private static void answer(Message<?> request, Requests from) {
    if (request.getHeader().getType() == MessageType.INTERRUPT_REQUEST) {
      from.reply(new Message<>(request, MessageType.INTERRUPT_REPLY, new InterruptReply()));
    } else {
      var reply = IsCompleteReply.getIncompleteReplyWithIndent(request.getHeader().getId());
      from.reply(new Message<>(request, MessageType.IS_COMPLETE_REPLY, reply));
    }
  }

  // ---- requests ------------------------------------------------------------------------------

  @Test
  void theHeartbeatGivesBackWhatCame() {
    ZmtpSocket socket = frontEnd.heartbeat();
    for (String beat : List.of("ping", "", "é")) {
      socket.send(List.of(new byte[0], Wire.bytes(beat)));
      assertThat(socket.receive()).containsExactly(new byte[0], Wire.bytes(beat));
    }
  }

  @Test
  void requestsBeforeTheHandlersWait() {
    frontEnd.shell("is_complete_request", "early", CODE);
    connection.serve(ConnectionTest::answer, ConnectionTest::answer);
    assertThat(frontEnd.fromShell().parentId()).isEqualTo("early");
  }

  @Test
  void repliesComeOnTheSocketOfTheRequest() {
    connection.serve(ConnectionTest::answer, ConnectionTest::answer);
    frontEnd.control("interrupt_request", "c1", "{}");
    frontEnd.shell("is_complete_request", "s1", CODE);
    frontEnd.shell("is_complete_request", "s2", CODE);

    Wire.Read first = frontEnd.fromShell();
    assertThat(first.type()).isEqualTo("is_complete_reply");
    assertThat(first.parentId()).isEqualTo("s1");
    assertThat(first.text("indent")).isEqualTo("s1");
    assertThat(frontEnd.fromShell().parentId()).isEqualTo("s2");
    Wire.Read onControl = frontEnd.fromControl();
    assertThat(onControl.type()).isEqualTo("interrupt_reply");
    assertThat(onControl.parentId()).isEqualTo("c1");
  }

  @Test
  void controlIsAnsweredWhileShellIsBusy() throws Exception {
    var begun = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    connection.serve(
        (request, from) -> {
          begun.countDown();
          await(end);
          answer(request, from);
        },
        ConnectionTest::answer);
    frontEnd.shell("is_complete_request", "s1", CODE);
    await(begun);
    frontEnd.control("interrupt_request", "c1", "{}");
    assertThat(frontEnd.fromControl().parentId()).isEqualTo("c1");
    end.countDown();
    assertThat(frontEnd.fromShell().parentId()).isEqualTo("s1");
  }

  @Test
  void forgedAndBrokenMessagesAreLeftOutAndTheNextIsAnswered() {
    connection.serve(ConnectionTest::answer, ConnectionTest::answer);
    List<byte[]> forged = Wire.request("is_complete_request", "forged", CODE);
    forged.set(1, Wire.bytes(Wire.signature("another", "{}")));
    frontEnd.shell(forged);
    frontEnd.control(forged);
    frontEnd.shell(List.of(Wire.bytes("text")));
    frontEnd.shell(List.of(new byte[0], new byte[0]));
    frontEnd.shell(Wire.frames("{}", "{}", "{}", "{"));
    frontEnd.shell("is_complete_request", "real", CODE);
    assertThat(frontEnd.fromShell().parentId()).isEqualTo("real");
    frontEnd.control("interrupt_request", "real", "{}");
    assertThat(frontEnd.fromControl().parentId()).isEqualTo("real");
  }

  @Test
  void afterAHandlerThatFailsTheNextRequestIsAnswered() {
    connection.serve(
        (request, from) -> {
          if (request.getHeader().getId().equals("bad")) {
            throw new StackOverflowError("as a test");
          }
          answer(request, from);
        },
        ConnectionTest::answer);
    frontEnd.shell("is_complete_request", "bad", CODE);
    frontEnd.shell("is_complete_request", "good", CODE);
    assertThat(frontEnd.fromShell().parentId()).isEqualTo("good");
  }

  // ---- while a cell runs ---------------------------------------------------------------------

  private static boolean isExecution(Message<?> request) {
    return request.getContent() instanceof ExecuteRequest;
  }

  private static boolean isHelp(Message<?> request) {
    return request.getContent() instanceof IsCompleteRequest;
  }

  /** Handles executions by one that waits for its task and answers help meanwhile. */
  private void serveWith(Requests.Handler execution) {
    connection.serve(
        (request, from) -> {
          if (isExecution(request)) {
            execution.handle(request, from);
          } else {
            answer(request, from);
          }
        },
        ConnectionTest::answer);
  }

  @Test
  void helpIsAnsweredWhileACellRunsAndTheRestAfterwardsInOrder() {
    var cell = new CompletableFuture<Void>();
    serveWith(
        (request, from) -> {
          from.answerDuring(cell, ConnectionTest::isHelp, ConnectionTest::answer);
          answer(request, from);
        });
    frontEnd.shell("execute_request", "cell 1", CODE);
    frontEnd.shell("execute_request", "cell 2", CODE);
    frontEnd.shell("is_complete_request", "help 1", CODE);
    frontEnd.shell("debug_request", "cell 3", CODE);
    frontEnd.shell("is_complete_request", "help 2", CODE);
    assertThat(frontEnd.fromShell().parentId()).isEqualTo("help 1");
    assertThat(frontEnd.fromShell().parentId()).isEqualTo("help 2");
    cell.complete(null);
    for (String id : List.of("cell 1", "cell 2", "cell 3")) {
      assertThat(frontEnd.fromShell().parentId()).isEqualTo(id);
    }
  }

  @Test
  void aTaskThatFailedHasEnded() {
    Future<?> failed = CompletableFuture.failedFuture(new IllegalStateException("as a test"));
    serveWith(
        (request, from) -> {
          from.answerDuring(failed, always -> true, ConnectionTest::answer);
          answer(request, from);
        });
    frontEnd.shell("execute_request", "cell 1", CODE);
    assertThat(frontEnd.fromShell().parentId()).isEqualTo("cell 1");
  }

  @Test
  void takenRequestsAreNotHandledAndTheOthersKeepTheirOrder() {
    var taken = new AtomicReference<List<String>>();
    serveWith(
        (request, from) -> {
          var cell = new CompletableFuture<Void>();
          // When the last message has come, those before it have.
          Predicate<Message<?>> last = other -> other.getHeader().getId().equals("last");
          from.answerDuring(cell, last, (other, on) -> cell.complete(null));
          List<Message<?>> found = from.take(ConnectionTest::isExecution);
          taken.set(found.stream().map(other -> other.getHeader().getId()).toList());
          answer(request, from);
        });
    frontEnd.shell("execute_request", "cell 1", CODE);
    frontEnd.shell("is_complete_request", "help 1", CODE);
    frontEnd.shell("execute_request", "cell 2", CODE);
    frontEnd.shell("execute_request", "cell 3", CODE);
    frontEnd.shell("is_complete_request", "help 2", CODE);
    frontEnd.shell("is_complete_request", "last", CODE);
    for (String id : List.of("cell 1", "help 1", "help 2")) {
      assertThat(frontEnd.fromShell().parentId()).isEqualTo(id);
    }
    assertThat(taken.get()).containsExactly("cell 2", "cell 3");
  }

  // ---- outputs -------------------------------------------------------------------------------

  private void publish(Message<?> parent, String text) {
    var content = new PublishStream(PublishStream.StreamType.OUT, text);
    connection.iopub().sendMessage(new Message<>(parent, MessageType.PUBLISH_STREAM, content));
  }

  private Message<?> request() throws BadMessageException {
    return CodecTest.codec(Wire.KEY).decode(Wire.request("execute_request", "cell 1", CODE));
  }

  @Test
  void whoComesLateHearsTheFirstOutputs() throws Exception {
    Message<?> request = request();
    for (int i = 0; i < 5; i++) {
      publish(request, "text " + i);
    }
    frontEnd.listen();
    for (int i = 0; i < 5; i++) {
      Wire.Read output = frontEnd.fromIopub();
      assertThat(output.identities()).containsExactly("stream");
      assertThat(output.type()).isEqualTo("stream");
      assertThat(output.parentId()).isEqualTo("cell 1");
      assertThat(output.text("text")).isEqualTo("text " + i);
    }
  }

  @Test
  void outputsOfManyThreadsComeAllAndInEachThreadsOrder() throws Exception {
    int threads = 8;
    int texts = 300;
    frontEnd.listen();
    Message<?> request = request();
    var together = new CountDownLatch(threads);
    for (int thread = 0; thread < threads; thread++) {
      String name = thread + " ";
      new Thread(
              () -> {
                together.countDown();
                await(together);
                IntStream.range(0, texts).forEach(i -> publish(request, name + i));
              })
          .start();
    }
    int[] next = new int[threads];
    for (int i = 0; i < threads * texts; i++) {
      String[] words = frontEnd.fromIopub().text("text").split(" ");
      int thread = Integer.parseInt(words[0]);
      assertThat(Integer.parseInt(words[1])).isEqualTo(next[thread]++);
    }
    assertThat(next).containsOnly(texts);
  }

  @Test
  void anInterruptedThreadPublishesAndStaysInterrupted() throws Exception {
    frontEnd.listen();
    Thread.currentThread().interrupt();
    publish(request(), "interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(frontEnd.fromIopub().text("text")).isEqualTo("interrupted");
  }

  @Test
  void whatWasPublishedBeforeTheEndIsSent() throws Exception {
    frontEnd.listen();
    for (int i = 0; i < 100; i++) {
      publish(request(), "text " + i);
    }
    connection.iopub().close();
    for (int i = 0; i < 100; i++) {
      assertThat(frontEnd.fromIopub().text("text")).isEqualTo("text " + i);
    }
  }

  // ---- input ---------------------------------------------------------------------------------

  /** A thread that asks; its value is the answer, or the name of what was thrown. */
  private final class Asker extends Thread {

    private final String prompt;
    private final boolean password;
    private final CompletableFuture<String> answer = new CompletableFuture<>();

    Asker(String prompt, boolean password) {
      this.prompt = prompt;
      this.password = password;
      start();
    }

    @Override
    public void run() {
      try {
        Message<?> request = connectionRequest();
        answer.complete(connection.stdin().ask(request, prompt, password));
      } catch (InterruptedException | BadMessageException e) {
        answer.complete(e.getClass().getSimpleName());
      }
    }

    /** As it came from the front end: the question goes back to whoever sent it. */
    private Message<?> connectionRequest() throws BadMessageException {
      var frames = new ArrayList<byte[]>();
      frames.add(Wire.bytes("front-end-1"));
      frames.addAll(Wire.request("execute_request", "cell 1", CODE));
      return CodecTest.codec(Wire.KEY).decode(frames);
    }

    String answer() throws Exception {
      return answer.get(10, TimeUnit.SECONDS);
    }
  }

  /** Asks until a question arrives: what is sent before the sockets have met is lost. */
  private void meet() throws Exception {
    while (true) {
      var asker = new Asker("meet", false);
      if (frontEnd.isAsked(200)) {
        frontEnd.input("met");
        assertThat(asker.answer()).isEqualTo("met");
        return;
      }
      asker.interrupt();
      asker.join();
    }
  }

  @Test
  void aQuestionIsAskedAndItsAnswerGiven() throws Exception {
    meet();
    var asker = new Asker("Name?", false);
    Wire.Read question = frontEnd.fromStdin();
    assertThat(question.type()).isEqualTo("input_request");
    assertThat(question.parentId()).isEqualTo("cell 1");
    assertThat(question.text("prompt")).isEqualTo("Name?");
    assertThat(question.content().get("password").getAsBoolean()).isFalse();
    frontEnd.input("Zoë 😀");
    assertThat(asker.answer()).isEqualTo("Zoë 😀");

    var second = new Asker("", true);
    assertThat(frontEnd.fromStdin().content().get("password").getAsBoolean()).isTrue();
    frontEnd.input("");
    assertThat(second.answer()).isEmpty();
  }

  @Test
  void forgedAnswersAreLeftOut() throws Exception {
    meet();
    var asker = new Asker("", false);
    frontEnd.fromStdin();
    List<byte[]> forged = Wire.request("input_reply", "a", "{\"value\": \"forged\"}");
    forged.set(5, Wire.bytes("{\"value\": \"changed\"}"));
    frontEnd.stdin(forged);
    frontEnd.stdin(Wire.request("is_complete_request", "b", CODE));
    frontEnd.input("real");
    assertThat(asker.answer()).isEqualTo("real");
  }

  @Test
  void anInterruptedAskerLeavesTheSocketToTheNext() throws Exception {
    meet();
    var first = new Asker("first", false);
    assertThat(frontEnd.fromStdin().text("prompt")).isEqualTo("first");
    first.interrupt();
    assertThat(first.answer()).isEqualTo("InterruptedException");
    var second = new Asker("second", false);
    assertThat(frontEnd.fromStdin().text("prompt")).isEqualTo("second");
    frontEnd.input("two");
    assertThat(second.answer()).isEqualTo("two");
  }

  @Test
  void questionsOfSeveralThreadsAreAskedOneAfterTheOther() throws Exception {
    meet();
    var askers = List.of(new Asker("a", false), new Asker("b", false), new Asker("c", false));
    for (int i = 0; i < 3; i++) {
      frontEnd.input("to " + frontEnd.fromStdin().text("prompt"));
    }
    for (Asker asker : askers) {
      assertThat(asker.answer()).isEqualTo("to " + asker.prompt);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
