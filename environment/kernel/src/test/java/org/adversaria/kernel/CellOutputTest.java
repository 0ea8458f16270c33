package org.adversaria.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.adversaria.kernel.TestCell.Piece;
import org.dflib.jjava.jupyter.messages.publish.PublishStream.StreamType;
import org.junit.jupiter.api.Test;

class CellOutputTest {

  private static final String CUT_AFTER_LINES =
      "\n[output cut: a cell shows 10000 lines; write more of it to a file]\n";

  private final TestCell cell = new TestCell(1);
  private final CellOutput output = cell.output();

  private void write(StreamType stream, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    output.write(stream, bytes, 0, bytes.length);
  }

  private void out(String text) {
    write(StreamType.OUT, text);
  }

  private void err(String text) {
    write(StreamType.ERR, text);
  }

  private static String lines(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> i + "\n").collect(Collectors.joining());
  }

  @Test
  void nothingIsSentBeforeTheFlush() {
    out("a");
    assertThat(cell.pieces()).isEmpty();
    output.flush();
    output.flush();
    assertThat(cell.pieces()).containsExactly(new Piece(StreamType.OUT, "a"));
  }

  @Test
  void bothStreamsKeepTheirOrder() {
    out("a");
    out("b");
    err("c");
    out("d");
    err("");
    err("e");
    output.end();
    assertThat(cell.pieces())
        .containsExactly(
            new Piece(StreamType.OUT, "ab"),
            new Piece(StreamType.ERR, "c"),
            new Piece(StreamType.OUT, "d"),
            new Piece(StreamType.ERR, "e"));
  }

  @Test
  void longTextsAreSentBeforeTheFlush() {
    out("x".repeat(40_000));
    assertThat(cell.text()).hasSize(40_000);
  }

  @Test
  void aPartOfTheArrayIsWritten() {
    output.write(StreamType.OUT, "abcdef".getBytes(StandardCharsets.UTF_8), 2, 3);
    output.end();
    assertThat(cell.text()).isEqualTo("cde");
  }

  @Test
  void charactersInPiecesAreSentWhole() {
    String text = "aé€😀z";
    for (byte unit : text.getBytes(StandardCharsets.UTF_8)) {
      output.write(StreamType.OUT, new byte[] {unit}, 0, 1);
      output.flush();
    }
    assertThat(cell.pieces()).extracting(Piece::text).containsExactly("a", "é", "€", "😀", "z");
  }

  @Test
  void whatIsNoUtf8IsReplaced() {
    output.write(StreamType.OUT, new byte[] {'a', (byte) 0xff, 'b'}, 0, 3);
    output.end();
    assertThat(cell.text()).isEqualTo("a\ufffdb");
  }

  @Test
  void afterTenThousandLinesTheRestIsCutButForTheLastLines() {
    out(lines(0, 10_000));
    out(lines(10_000, 12_000));
    assertThat(cell.text()).isEqualTo(lines(0, 10_000) + CUT_AFTER_LINES);
    output.end();
    assertThat(cell.text())
        .isEqualTo(
            lines(0, 10_000) + CUT_AFTER_LINES + "[1980 lines left out]\n" + lines(11_980, 12_000));
    assertThat(cell.pieces()).contains(new Piece(StreamType.ERR, CUT_AFTER_LINES));
  }

  @Test
  void aFewLinesAfterTheCutAreAllShownAtTheEnd() {
    out(lines(0, 10_003));
    output.end();
    assertThat(cell.text()).isEqualTo(lines(0, 10_000) + CUT_AFTER_LINES + lines(10_000, 10_003));
  }

  @Test
  void anUnfinishedLastLineIsShownAtTheEnd() {
    out(lines(0, 10_001) + "done");
    output.end();
    assertThat(cell.text()).endsWith(CUT_AFTER_LINES + "10000\ndone\n");
  }

  @Test
  void afterTwoMillionBytesTheRestIsCut() {
    String line = "x".repeat(249) + "\n";
    out(line.repeat(8_100));
    output.end();
    String text = cell.text();
    assertThat(text.substring(0, 2_000_000)).isEqualTo(line.repeat(8_000));
    assertThat(text.substring(2_000_000))
        .isEqualTo(
            "\n[output cut: a cell shows 2000000 bytes; write more of it to a file]\n"
                + "[80 lines left out]\n"
                + line.repeat(20));
  }

  @Test
  void aCutInsideOfACharacterSendsNoHalfOfIt() {
    out("x" + "é".repeat(1_000_000));
    assertThat(cell.text()).startsWith("xé").doesNotContain("\ufffd").contains("é\n[output cut");
  }

  @Test
  void longLastLinesAreShortened() {
    out(lines(0, 10_000) + "y".repeat(5_000) + "\n");
    output.end();
    assertThat(cell.text()).endsWith(CUT_AFTER_LINES + "y".repeat(1_000) + "\n");
  }

  @Test
  void writesAfterTheEndAreSentToo() {
    out("a");
    output.end();
    out("b");
    output.flush();
    assertThat(cell.pieces())
        .containsExactly(new Piece(StreamType.OUT, "a"), new Piece(StreamType.OUT, "b"));
  }

  @Test
  void whatWasToldAtTheEndIsNotToldAgain() {
    out(lines(0, 10_001));
    output.end();
    int before = cell.text().length();
    output.end();
    assertThat(cell.text()).hasSize(before);
    out("late\n");
    output.end();
    assertThat(cell.text()).endsWith("10000\nlate\n");
  }

  @Test
  void linesOfManyThreadsStayWhole() throws InterruptedException {
    List<Thread> threads =
        IntStream.range(0, 4)
            .mapToObj(
                n ->
                    new Thread(
                        () -> {
                          for (int i = 0; i < 500; i++) {
                            write(n % 2 == 0 ? StreamType.OUT : StreamType.ERR, n + "é" + i + "\n");
                          }
                        }))
            .toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    output.end();
    assertThat(cell.text().lines()).hasSize(2_000).allMatch(line -> line.matches("[0-3]é\\d+"));
  }
}
