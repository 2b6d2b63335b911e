package io.meseta.master.http.read;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A body in pieces, which are one after the other what is answered. Immutable.
 *
 * @param contentType sent exactly so
 */
record Answer(String contentType, List<Piece> pieces) {

  private static final byte[] AFTER_CALL = {')', ';'};

  /** Some of a body, some 100 KiB at best. */
  @FunctionalInterface
  interface Piece {

    /**
     * Writes it, the same bytes whenever and by whichever thread it is asked; blocks for nothing.
     */
    void write(OutputStream out) throws IOException;
  }

  /** Makes an answer; may take a while. */
  @FunctionalInterface
  interface Maker {
    Answer make();
  }

  /** The same as an argument of a function that is called, as a script. */
  Answer asCallOf(String function) {
    List<Piece> all = new ArrayList<>(pieces);
    byte[] before = (function + "(").getBytes(StandardCharsets.UTF_8);
    Piece first = all.get(0);
    all.set(
        0,
        out -> {
          out.write(before);
          first.write(out);
        });
    Piece last = all.get(all.size() - 1);
    all.set(
        all.size() - 1,
        out -> {
          last.write(out);
          out.write(AFTER_CALL);
        });
    return new Answer("text/javascript", List.copyOf(all));
  }

  static Answer whole(String contentType, byte[] body) {
    return new Answer(contentType, List.of(out -> out.write(body)));
  }
}
