package org.adversaria.kernel;

import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.request.ExecuteRequest;

/** One execution of a cell: the request, its number, and what it puts out. */
final class Cell {

  private final Message<ExecuteRequest> request;
  private final int number;
  private final CellOutput output;

  Cell(Message<ExecuteRequest> request, int number, CellOutput output) {
    this.request = request;
    this.number = number;
    this.output = output;
  }

  /** The request that outputs belong to. */
  Message<ExecuteRequest> request() {
    return request;
  }

  /** The number in brackets beside the cell. */
  int number() {
    return number;
  }

  String code() {
    return request.getContent().getCode();
  }

  CellOutput output() {
    return output;
  }
}
