package io.meseta.master.http.read;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import io.meseta.common.codec.JsonPrinter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A message that is too large to be made whole: some levels of messages by hand, and lists of
 * ordinary messages below. What is written is what the whole message would be.
 */
sealed interface V1Tree {

  /** How many bytes of protobuf a usual task has. */
  int BYTES_OF_TASK = 400;

  /** So many items of a list are counted by one thread, one after the other. */
  int COUNTED_TOGETHER = 8 * 1024;

  /** How many bytes of protobuf make a piece. */
  int BYTES_OF_PIECE = 256 * 1024;

  /** A member of a message. To be used by one thread. */
  final class Node implements V1Tree {
    private final String name;
    private final int number;
    private final List<V1Tree> members;
    private long contentSize = -1;

    Node(String name, int number, List<V1Tree> members) {
      this.name = name;
      this.number = number;
      this.members = members;
    }

    private long contentSize() {
      if (contentSize < 0) {
        contentSize = members.stream().mapToLong(V1Tree::protobufSize).sum();
      }
      return contentSize;
    }
  }

  /** A repeated member. To be used by one thread. */
  final class Items implements V1Tree {
    private final String name;
    private final int number;
    private final List<? extends Message> items;

    /** Where a new piece begins; counted together with the size, as that visits all of them. */
    private final List<Integer> starts = new ArrayList<>();

    private long size = -1;

    Items(String name, int number, List<? extends Message> items) {
      this.name = name;
      this.number = number;
      this.items = items;
    }

    private long size() {
      if (size < 0) {
        size = count();
      }
      return size;
    }

    /** The length of the whole stands before its parts, so it is counted first: side by side. */
    private long count() {
      int runs = (items.size() + COUNTED_TOGETHER - 1) / COUNTED_TOGETHER;
      long bytes = 0;
      for (Counted run : IntStream.range(0, runs).parallel().mapToObj(this::count).toList()) {
        starts.addAll(run.starts);
        bytes += run.bytes;
      }
      return bytes;
    }

    /** Some of the items, which begin with a new piece. */
    private record Counted(List<Integer> starts, long bytes) {}

    private Counted count(int run) {
      int tag = CodedOutputStream.computeTagSize(number);
      List<Integer> begins = new ArrayList<>();
      long bytes = 0;
      long nextPiece = 0;
      int from = run * COUNTED_TOGETHER;
      int to = Math.min(items.size(), from + COUNTED_TOGETHER);
      for (int i = from; i < to; i++) {
        if (bytes >= nextPiece) {
          begins.add(i);
          nextPiece = bytes + BYTES_OF_PIECE;
        }
        int one = items.get(i).getSerializedSize();
        bytes += tag + (long) CodedOutputStream.computeUInt32SizeNoTag(one) + one;
      }
      return new Counted(begins, bytes);
    }

    private void addTo(List<Answer.Piece> pieces) {
      long unused = size();
      for (int i = 0; i < starts.size(); i++) {
        int end = i + 1 < starts.size() ? starts.get(i + 1) : items.size();
        List<? extends Message> some = items.subList(starts.get(i), end);
        pieces.add(out -> write(number, some, out));
      }
    }

    /** How many times as large as a usual task the first one is, for all. */
    private int weight() {
      return items.isEmpty() ? 1 : 1 + items.get(0).getSerializedSize() / BYTES_OF_TASK;
    }
  }

  /** Within {@code {"type":"…", }} and the last bracket. */
  static void addJson(V1Tree tree, JsonPieces pieces) {
    switch (tree) {
      case Node node -> {
        pieces.text("\"" + node.name + "\":{");
        String comma = "";
        for (V1Tree member : node.members) {
          // Lists of nothing are left out, as everywhere in these messages.
          if (member instanceof Items items && items.items.isEmpty()) {
            continue;
          }
          pieces.text(comma);
          addJson(member, pieces);
          comma = ",";
        }
        pieces.text("}");
      }
      case Items items -> {
        pieces.text("\"" + items.name + "\":[");
        pieces.items(items.items, items.weight(), JsonPrinter::write);
        pieces.text("]");
      }
    }
  }

  /** Its bytes with tag and length; the lengths of messages are kept by them, once counted. */
  default long protobufSize() {
    return switch (this) {
      case Node node -> {
        long size = node.contentSize();
        yield CodedOutputStream.computeTagSize(node.number) + varint(size) + size;
      }
      case Items items -> items.size();
    };
  }

  private static int varint(long size) {
    return CodedOutputStream.computeUInt64SizeNoTag(size);
  }

  /** Adds the pieces that write it. */
  static void addProtobuf(V1Tree tree, List<Answer.Piece> pieces) {
    switch (tree) {
      case Node node -> {
        long size = node.contentSize();
        pieces.add(out -> {
          CodedOutputStream coded = CodedOutputStream.newInstance(out, 16);
          coded.writeTag(node.number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
          coded.writeUInt64NoTag(size);
          coded.flush();
        });
        node.members.forEach(member -> addProtobuf(member, pieces));
      }
      case Items items -> items.addTo(pieces);
    }
  }

  private static void write(int number, List<? extends Message> items, OutputStream out)
      throws IOException {
    CodedOutputStream coded = CodedOutputStream.newInstance(out, 64 * 1024);
    for (Message item : items) {
      coded.writeMessage(number, item);
    }
    coded.flush();
  }

  /** Pieces that are too small by themselves are put together. */
  static List<Answer.Piece> joined(List<Answer.Piece> pieces, long totalBytes) {
    if (totalBytes > BYTES_OF_PIECE) {
      return List.copyOf(pieces);
    }
    List<Answer.Piece> all = List.copyOf(pieces);
    return List.of(out -> {
      for (Answer.Piece piece : all) {
        piece.write(out);
      }
    });
  }
}
