package org.adversaria.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dflib.jjava.jupyter.messages.Header;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageType;
import org.dflib.jjava.jupyter.messages.publish.PublishStream.StreamType;
import org.dflib.jjava.jupyter.messages.request.ExecuteRequest;

/** A cell that no front end has sent, and what it puts out. */
final class TestCell {

  /** One piece as it is sent. */
  record Piece(StreamType stream, String text) {}

  private final List<Piece> pieces = new ArrayList<>();
  private final Cell cell;

  TestCell(int number) {
    var request = new ExecuteRequest("1", false, true, Map.of(), false, true);
    var message = new Message<>(new Header<>("s", MessageType.EXECUTE_REQUEST), request);
    cell = new Cell(message, number, new CellOutput(this::publish));
  }

  private synchronized void publish(StreamType stream, String text) {
    pieces.add(new Piece(stream, text));
  }

  Cell cell() {
    return cell;
  }

  CellOutput output() {
    return cell.output();
  }

  synchronized List<Piece> pieces() {
    return List.copyOf(pieces);
  }

  synchronized String text() {
    var text = new StringBuilder();
    pieces.forEach(piece -> text.append(piece.text()));
    return text.toString();
  }
}
