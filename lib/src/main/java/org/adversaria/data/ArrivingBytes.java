package org.adversaria.data;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.adversaria.torch.Text;

/**
 * The body of a response, piece by piece as it arrives.
 *
 * <p>Unlike a response's {@link java.io.InputStream}, waiting for the next piece ends when the
 * connection has been silent for too long, and when the thread is interrupted.
 */
final class ArrivingBytes implements BodySubscriber<ArrivingBytes>, AutoCloseable {

  /** What has arrived; at the end an empty piece, or one with the reason why there is no more. */
  private record Piece(List<ByteBuffer> bytes, Throwable failure) {}

  private final LinkedBlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
  private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();

  @Override
  public CompletionStage<ArrivingBytes> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Subscription first) {
    subscription.complete(first);
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    pieces.add(new Piece(bytes, null));
  }

  @Override
  public void onError(Throwable failure) {
    pieces.add(new Piece(List.of(), failure));
  }

  @Override
  public void onComplete() {
    pieces.add(new Piece(List.of(), null));
  }

  /**
   * Waits for the next bytes.
   *
   * @return the bytes, none at the end of the body
   * @throws IOException if the connection is cut, or silent for longer than {@code patience}
   */
  List<ByteBuffer> next(Duration patience) throws IOException, InterruptedException {
    subscription.thenAccept(s -> s.request(1));
    Piece piece = pieces.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (piece == null) {
      throw new IOException(
          Text.format("nothing has arrived for %.1f s", patience.toMillis() / 1000.0));
    }
    if (piece.failure != null) {
      throw new IOException(Unpacked.reason(piece.failure), piece.failure);
    }
    return piece.bytes;
  }

  /** Ends the connection where there is more to come. */
  @Override
  public void close() {
    subscription.thenAccept(Subscription::cancel);
  }
}
