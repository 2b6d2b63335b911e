package io.meseta.master.http.read;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import io.meseta.common.codec.JsonPrinter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A message that is too large to be made whole: some levels of messages by hand, and lists of
 * ordinary messages below. What is written is what the whole message would be.
 */
sealed interface V1Tree {

  /** A member of a message. */
  record Node(String name, int number, List<V1Tree> members) implements V1Tree {
    private long contentSize() {
      return members.stream().mapToLong(V1Tree::protobufSize).sum();
    }
  }

  /** A repeated member. */
  record Items(String name, int number, List<? extends Message> items) implements V1Tree {
    /** How many times as large as a usual task the first one is, for all. */
    private int weight() {
      return items.isEmpty() ? 1 : 1 + items.get(0).getSerializedSize() / BYTES_OF_TASK;
    }
  }

  /** As protobuf. */
  int BYTES_OF_TASK = 400;

  /** How many bytes of protobuf make a piece. */
  int BYTES_OF_PIECE = 256 * 1024;

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
      case Items items -> {
        long size = 0;
        int tag = CodedOutputStream.computeTagSize(items.number);
        for (Message item : items.items) {
          int one = item.getSerializedSize();
          size += tag + (long) CodedOutputStream.computeUInt32SizeNoTag(one) + one;
        }
        yield size;
      }
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
      case Items items -> addItems(items, pieces);
    }
  }

  private static void addItems(Items items, List<Answer.Piece> pieces) {
    List<Message> some = new ArrayList<>();
    long bytes = 0;
    for (Message item : items.items) {
      some.add(item);
      bytes += item.getSerializedSize();
      if (bytes >= BYTES_OF_PIECE) {
        pieces.add(piece(items.number, some));
        some = new ArrayList<>();
        bytes = 0;
      }
    }
    if (!some.isEmpty()) {
      pieces.add(piece(items.number, some));
    }
  }

  private static Answer.Piece piece(int number, List<Message> items) {
    return out -> write(number, items, out);
  }

  private static void write(int number, List<Message> items, OutputStream out) throws IOException {
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
