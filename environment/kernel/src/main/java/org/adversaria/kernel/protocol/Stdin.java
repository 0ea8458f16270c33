package org.adversaria.kernel.protocol;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageContext;
import org.dflib.jjava.jupyter.messages.reply.InputReply;
import org.dflib.jjava.jupyter.messages.request.InputRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;

/** The socket on which a kernel asks its front end for a line of input. */
public final class Stdin {

  private static final Logger LOG = LoggerFactory.getLogger(Stdin.class);
  private static final int POLL_MILLIS = 50;

  private record Question(
      MessageContext parent, InputRequest content, CompletableFuture<String> answer) {}

  private final ZMQ.Socket socket;
  private final Codec codec;
  private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();

  Stdin(ZMQ.Socket socket, Codec codec) {
    this.socket = socket;
    this.codec = codec;
    var thread = new Thread(this::answerAll, "kernel-stdin");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Asks for a line and waits for it.
   *
   * @param parent the request whose cell reads
   * @param prompt what the front end shows beside the field
   * @param password whether the front end hides what is typed
   * @return the line, without its end
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public String ask(MessageContext parent, String prompt, boolean password)
      throws InterruptedException {
    var question =
        new Question(parent, new InputRequest(prompt, password), new CompletableFuture<>());
    questions.add(question);
    try {
      return question.answer().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      question.answer().cancel(false);
    }
  }

  private void answerAll() {
    while (true) {
      try {
        answer(questions.take());
      } catch (InterruptedException e) {
        throw new IllegalStateException("Nobody interrupts this thread", e);
      } catch (RuntimeException e) {
        LOG.warn("A question for input was lost", e);
      }
    }
  }

  /** Answers that come after their question was given up are left out. */
  private void answer(Question question) {
    if (question.answer().isDone()) {
      return;
    }
    while (Frames.receive(socket, 0) != null) {
      LOG.debug("Input that nobody waits for");
    }
    var request = new Message<>(question.parent(), InputRequest.MESSAGE_TYPE, question.content());
    Frames.send(socket, codec.encode(request, request.getIdentities()));
    while (!question.answer().isDone()) {
      List<byte[]> frames = Frames.receive(socket, POLL_MILLIS);
      if (frames != null) {
        take(frames, question);
      }
    }
  }

  private void take(List<byte[]> frames, Question question) {
    try {
      if (codec.decode(frames).getContent() instanceof InputReply reply) {
        question.answer().complete(reply.getValue());
      }
    } catch (BadMessageException e) {
      LOG.warn("Left out on stdin: {}", e.getMessage());
    }
  }
}
