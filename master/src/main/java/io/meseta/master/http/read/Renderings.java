package io.meseta.master.http.read;

import io.meseta.common.net.GzipPart;
import io.meseta.master.view.MasterView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What is being answered, shared by all who ask for the same of the same view. Thread-safe.
 *
 * <p>Pieces are kept as long as there is room for them, those that were used last the longest. An
 * answer of a view that is not the newest is not found any more, but goes on for those who have it.
 */
final class Renderings {

  /** Answers of one view; those of odd queries should not drive out that which everybody asks. */
  private static final int MOST_ANSWERS = 256;

  /**
   * One for each thread that writes pieces: a new one for each would have to grow, and what is as
   * large as half a region of the collector is collected at great cost.
   */
  private static final ThreadLocal<ByteArrayOutputStream> BUFFERS =
      ThreadLocal.withInitial(() -> new ByteArrayOutputStream(256 * 1024));

  private static final int LARGEST_BUFFER_BYTES = 2 * 1024 * 1024;

  private final Executor workers;
  private final long roomBytes;
  private final Object lock = new Object();

  // All below are guarded by the lock.
  private final LinkedHashMap<String, Rendering> answers = new LinkedHashMap<>(16, 0.75f, true);
  private final LinkedHashMap<PieceKey, Made> made = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<PieceKey, CompletableFuture<Made>> beingMade = new HashMap<>();
  private MasterView answersOf = MasterView.notLeading();
  private long keptBytes;
  private long nextId;

  /**
   * @param workers make answers and pieces; may have many waiting
   * @param roomBytes for pieces that are kept
   */
  Renderings(Executor workers, long roomBytes) {
    this.workers = workers;
    this.roomBytes = roomBytes;
  }

  /** How pieces go out. */
  enum Encoding {
    PLAIN,
    GZIP
  }

  /** A piece as it goes out. */
  static final class Made {
    private final byte[] bytes;
    private final @Nullable GzipPart gzipPart;

    private Made(byte[] plain) {
      this.bytes = plain;
      this.gzipPart = null;
    }

    private Made(GzipPart part) {
      this.bytes = part.compressed();
      this.gzipPart = part;
    }

    /** Not a copy: not to be changed. */
    byte[] bytes() {
      return bytes;
    }

    /**
     * The same with what the end of the body is made of.
     *
     * @throws IllegalStateException if it goes out plain
     */
    GzipPart gzipPart() {
      if (gzipPart == null) {
        throw new IllegalStateException("not compressed");
      }
      return gzipPart;
    }
  }

  private record PieceKey(long rendering, int index, Encoding encoding) {}

  /** One answer of one view. */
  record Rendering(long id, CompletableFuture<Answer> answer) {}

  /**
   * The answer to a question about a view: that which is there, or a new one.
   *
   * @param question tells it apart from all others about the same view
   */
  @SuppressWarnings("ReferenceEquality") // A view is told apart by what it is.
  Rendering of(MasterView view, String question, Answer.Maker maker) {
    synchronized (lock) {
      if (view != answersOf) {
        if (view.index() < answersOf.index() && view.leading().equals(answersOf.leading())) {
          // An older one, of a request that was slow to come here: for itself only.
          return begin(maker);
        }
        answersOf = view;
        answers.clear();
      }
      Rendering known = answers.get(question);
      if (known == null || known.answer.isCompletedExceptionally()) {
        known = begin(maker);
        answers.put(question, known);
        if (answers.size() > MOST_ANSWERS) {
          Iterator<String> eldest = answers.keySet().iterator();
          eldest.next();
          eldest.remove();
        }
      }
      return known;
    }
  }

  private Rendering begin(Answer.Maker maker) {
    return new Rendering(nextId++, CompletableFuture.supplyAsync(maker::make, workers));
  }

  /** A piece of an answer that has been made: at once, or when it has been written. */
  CompletableFuture<Made> piece(Rendering rendering, int index, Encoding encoding) {
    PieceKey key = new PieceKey(rendering.id, index, encoding);
    Answer.Piece piece = rendering.answer.join().pieces().get(index);
    synchronized (lock) {
      Made known = made.get(key);
      if (known != null) {
        return CompletableFuture.completedFuture(known);
      }
      CompletableFuture<Made> pending = beingMade.get(key);
      if (pending == null) {
        pending = CompletableFuture.supplyAsync(() -> make(piece, encoding), workers);
        beingMade.put(key, pending);
        var unused = pending.whenComplete((result, failure) -> keep(key, result));
      }
      return pending;
    }
  }

  private static Made make(Answer.Piece piece, Encoding encoding) {
    byte[] plain = written(piece);
    return switch (encoding) {
      case PLAIN -> new Made(plain);
      case GZIP -> new Made(GzipPart.of(plain));
    };
  }

  static byte[] written(Answer.Piece piece) {
    ByteArrayOutputStream out = BUFFERS.get();
    try {
      piece.write(out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    } finally {
      if (out.size() > LARGEST_BUFFER_BYTES) {
        BUFFERS.remove();
      } else {
        out.reset();
      }
    }
  }

  private void keep(PieceKey key, @Nullable Made result) {
    synchronized (lock) {
      beingMade.remove(key);
      if (result == null) {
        return;
      }
      made.put(key, result);
      keptBytes += result.bytes.length;
      Iterator<Made> eldest = made.values().iterator();
      while (keptBytes > roomBytes && eldest.hasNext()) {
        keptBytes -= eldest.next().bytes.length;
        eldest.remove();
      }
    }
  }
}
