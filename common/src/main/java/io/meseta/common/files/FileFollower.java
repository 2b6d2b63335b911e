package io.meseta.common.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.meseta.common.net.ByteStream;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.Headers;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a file as it grows, as server-sent events, until its directory is removed or the client
 * goes.
 *
 * <pre>
 * id: FILE:OFFSET                         where it goes on: sent as Last-Event-ID, nothing is lost or
 * data: {"offset":0,"data":"hello\n"}     doubled, even if the file has been rotated meanwhile
 *
 * event: rotated                          the file was renamed to NAME.1 and so on, and all of it has
 * data: {}                                been sent; the next begins at offset 0
 *
 * event: gap                              the same, but files in between may be gone already
 * event: truncated                        it begins anew
 * event: end                              the directory is gone
 * : heartbeat                             nothing new
 * </pre>
 *
 * <p>It is read as fast as the client takes it; a client that takes nothing for a while is
 * disconnected. One thread.
 */
public final class FileFollower {

  private static final Logger log = LoggerFactory.getLogger(FileFollower.class);
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int MAX_ROTATED = 1000;

  private final ReadableFiles files;
  private final String path;
  private final Times times;
  private final CountDownLatch over = new CountDownLatch(1);

  /**
   * How long it waits for what.
   *
   * @param poll how often the file is looked at
   * @param heartbeat how often something is said if there is nothing new
   * @param stall how long a client may take nothing
   */
  public record Times(Duration poll, Duration heartbeat, Duration stall) {
    /** Those of a daemon. */
    public static Times defaults() {
      return new Times(Duration.ofMillis(250), Duration.ofSeconds(15), Duration.ofSeconds(10));
    }
  }

  /** Where it is. */
  private static final class Place implements AutoCloseable {
    private OpenFile file;
    private long offset;

    Place(OpenFile file, long offset) {
      this.file = file;
      this.offset = offset;
    }

    void moveTo(OpenFile next) throws IOException {
      file.close();
      file = next;
      offset = 0;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** Follows the file at a path; for one answer. */
  public FileFollower(ReadableFiles files, String path, Times times) {
    this.files = files;
    this.path = path;
    this.times = times;
  }

  /**
   * Answers with the file.
   *
   * @param offset where to begin; -1 is the end
   * @param lastEvent the id of the last event that the client has; goes before the offset
   */
  public void follow(OptionalLong offset, Optional<String> lastEvent, Exchange exchange)
      throws UnreadableFileException, IOException, InterruptedException {
    try (Place place = begin(offset.orElse(0), lastEvent)) {
      ByteStream out =
          exchange.openBytes(
              200,
              Headers.of("Content-Type", "text/event-stream")
                  .with("Cache-Control", "no-store")
                  .with("X-Content-Type-Options", "nosniff"),
              OptionalLong.empty());
      out.onClose(reason -> over.countDown());
      try {
        run(place, out);
        out.close();
      } catch (IOException e) {
        log.debug("Following {} broke off", path, e);
        out.abort();
      } catch (InterruptedException e) {
        // The daemon stops.
        out.abort();
        Thread.currentThread().interrupt();
      }
    }
  }

  private Place begin(long offset, Optional<String> lastEvent)
      throws UnreadableFileException, IOException {
    String[] id = lastEvent.orElse("").split(":", -1);
    if (id.length == 2 && id[1].matches("\\d{1,18}")) {
      Optional<String> name = find(id[0]);
      if (name.isPresent()) {
        OpenFile file = files.open(name.get());
        long known = Long.parseLong(id[1]);
        return new Place(file, known <= file.size() ? known : 0);
      }
    }
    OpenFile file = files.open(path);
    return new Place(file, offset < 0 ? file.size() : offset);
  }

  /** Under which name a file is now. */
  private Optional<String> find(String key) {
    String name = path;
    for (int i = 1; i <= MAX_ROTATED; i++) {
      Optional<String> there = files.key(name);
      if (there.isPresent() && there.get().equals(key)) {
        return Optional.of(name);
      }
      if (there.isEmpty() && i > 1) {
        return Optional.empty();
      }
      name = path + "." + i;
    }
    return Optional.empty();
  }

  private void run(Place place, ByteStream out) throws IOException, InterruptedException {
    long quietNanos = 0;
    while (out.isOpen()) {
      boolean news = sendNew(place, out, true) || moveOn(place, out);
      if (news) {
        quietNanos = 0;
        continue;
      }
      if (!files.mayAppear(path)) {
        send(out, event("end", "{}"));
        return;
      }
      if (over.await(times.poll().toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
      quietNanos += times.poll().toNanos();
      if (quietNanos >= times.heartbeat().toNanos()) {
        quietNanos = 0;
        send(out, ": heartbeat\n\n");
      }
    }
  }

  /**
   * @param more whether the rest of a character at the end may still come
   * @return whether there was something
   */
  private boolean sendNew(Place place, ByteStream out, boolean more)
      throws IOException, InterruptedException {
    byte[] bytes = place.file.read(place.offset, ReadableFiles.MAX_READ_BYTES);
    Utf8 text = Utf8.decode(bytes, more);
    if (text.bytes() == 0) {
      return false;
    }
    long from = place.offset;
    place.offset += text.bytes();
    send(out, "id: " + place.file.key() + ":" + place.offset + "\n" + data(from, text.text()));
    return true;
  }

  /** Deals with what has become of the file, now that all of it has been sent. */
  private boolean moveOn(Place place, ByteStream out) throws IOException, InterruptedException {
    if (place.file.size() < place.offset) {
      place.offset = 0;
      send(out, event("truncated", "{}"));
      return true;
    }
    Optional<String> now = files.key(path);
    if (now.isEmpty() || now.get().equals(place.file.key())) {
      return false;
    }
    Optional<OpenFile> next = next(place.file.key());
    if (next.isEmpty()) {
      return false;
    }
    // What was written between the last look and the renaming, and what never became a character.
    boolean more = true;
    while (more) {
      more = sendNew(place, out, false);
    }
    boolean kept = find(place.file.key()).isPresent();
    place.moveTo(next.get());
    send(out, event(kept ? "rotated" : "gap", "{}"));
    return true;
  }

  /** The file that was begun after this one; empty if that is not clear at the moment. */
  private Optional<OpenFile> next(String key) throws IOException {
    try {
      Optional<String> here = find(key);
      OpenFile next = files.open(here.isPresent() ? before(here.get()) : oldest());
      // Another rotation in between would have opened a later one.
      if (find(key).equals(here)) {
        return Optional.of(next);
      }
      next.close();
    } catch (UnreadableFileException e) {
      // It is being rotated right now.
      return Optional.empty();
    }
    return Optional.empty();
  }

  private String before(String name) {
    int number = Integer.parseInt(name.substring(path.length() + 1));
    return number == 1 ? path : path + "." + (number - 1);
  }

  private String oldest() {
    String name = path;
    for (int i = 1; i <= MAX_ROTATED; i++) {
      String older = path + "." + i;
      if (files.key(older).isEmpty()) {
        break;
      }
      name = older;
    }
    return name;
  }

  private void send(ByteStream out, String text) throws InterruptedException {
    if (!out.awaitRoom(times.stall()) || !out.send(text.getBytes(StandardCharsets.UTF_8))) {
      out.abort();
    }
  }

  private static String event(String kind, String data) {
    return "event: " + kind + "\ndata: " + data + "\n\n";
  }

  private static String data(long offset, String text) throws IOException {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("offset", offset);
      json.writeStringField("data", text);
      json.writeEndObject();
    }
    return "data: " + out + "\n\n";
  }
}
