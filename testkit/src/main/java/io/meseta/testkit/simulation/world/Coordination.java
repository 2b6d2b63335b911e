package io.meseta.testkit.simulation.world;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * ZooKeeper as masters, agents and frameworks use it: an election with epochs, a store that takes
 * writes of the newest epoch only, and the published leader.
 *
 * <p>A session that is expired ends its candidate's term here at once; the candidate hears of it
 * later, and until then may believe that it leads.
 */
public final class Coordination {
  /** A session lasts so long without a word. */
  public static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration WRITE_LIMIT = Duration.ofSeconds(10);

  /** Someone who wants to lead. */
  public interface Candidate {
    /** It leads from now on. */
    void elected(long epoch);

    /** Its term is over. */
    void deposed(String reason);
  }

  /** How a write ended. */
  public enum Outcome {
    WRITTEN,
    FENCED,
    FAILED
  }

  /** Is told how a write ended. */
  public interface WriteListener {
    void ended(Outcome outcome, String reason);
  }

  /** One record put or, without bytes, deleted. */
  public record Change(String key, Optional<ByteString> bytes) {}

  /**
   * How bad the service is.
   *
   * @param latency of a write or read, at most
   * @param slowShare of them take longer
   * @param slow how long these take, at most
   * @param failShare of them fail, some after they were applied
   * @param news how long it takes until others hear who leads, at most
   */
  public record Quality(
      Duration latency, double slowShare, Duration slow, double failShare, Duration news) {
    /** A service in good order. */
    public static final Quality GOOD =
        new Quality(Duration.ofMillis(10), 0, Duration.ZERO, 0, Duration.ofMillis(50));
  }

  /** A candidate's place in the line. */
  public static final class Session {
    private final Candidate candidate;
    private final String name;
    private long epoch = -1;
    private long lastAnswerNs;
    private long cutOffUntilNs;
    private boolean ended;
    private boolean told;

    private Session(Candidate candidate, String name) {
      this.candidate = candidate;
      this.name = name;
    }
  }

  private final Agenda agenda;
  private final Draw draw;
  private final List<Session> line = new ArrayList<>();
  private final List<Detector> detectors = new ArrayList<>();
  private final TreeMap<String, ByteString> store = new TreeMap<>();
  private Quality quality = Quality.GOOD;
  private long epoch;
  private @Nullable Session publisher;
  private @Nullable Session leading;
  private Optional<byte[]> published = Optional.empty();
  private long publication;
  private @Nullable ApplyListener applyListener;

  /** Watches what the store takes, for checks. */
  public interface ApplyListener {
    void applied(long writersEpoch, long currentEpoch, List<Change> changes);
  }

  public Coordination(Agenda agenda, Draw draw) {
    this.agenda = agenda;
    this.draw = draw;
  }

  public void setQuality(Quality better) {
    quality = better;
  }

  /** Who watches the store. */
  public void watchStore(ApplyListener listener) {
    applyListener = listener;
  }

  // ---- election ----

  /** Joins the line. */
  public Session join(Candidate candidate, String name) {
    Session session = new Session(candidate, name);
    line.add(session);
    agenda.after(latency(), this::electFirst);
    return session;
  }

  private void electFirst() {
    if (leading != null || line.isEmpty()) {
      return;
    }
    Session first = line.get(0);
    leading = first;
    epoch++;
    first.epoch = epoch;
    long term = epoch;
    agenda.after(
        latency(),
        () -> {
          if (!first.ended) {
            first.told = true;
            first.candidate.elected(term);
          }
        });
  }

  /** The candidate gives up its place by itself; nothing is told. */
  public void leave(Session session) {
    end(session);
  }

  /**
   * The session ends here now; the candidate learns it later.
   *
   * @param noticedAfterNs when it learns it
   * @param reason what it is told
   */
  public void expire(Session session, long noticedAfterNs, String reason) {
    session.cutOffUntilNs = agenda.now() + noticedAfterNs;
    end(session);
    agenda.after(noticedAfterNs, () -> session.candidate.deposed(reason));
  }

  /** Whether this is the session that leads, as far as the service is concerned. */
  public boolean leads(Session session) {
    return session == leading;
  }

  private void end(Session session) {
    if (session.ended) {
      return;
    }
    session.ended = true;
    line.remove(session);
    if (publisher == session) {
      publisher = null;
      tell(Optional.empty());
    }
    if (leading == session) {
      leading = null;
      agenda.after(latency(), this::electFirst);
    }
  }

  // ---- the published leader ----

  /** Says who leads; nothing happens when the term is over. */
  public void publish(Session session, byte[] leader) {
    agenda.after(
        latency(),
        () -> {
          if (!session.ended) {
            publisher = session;
            tell(Optional.of(leader));
          }
        });
  }

  private void tell(Optional<byte[]> leader) {
    published = leader;
    publication++;
    detectors.forEach(Detector::look);
  }

  /** Who is published as the leader. */
  public Optional<byte[]> published() {
    return published;
  }

  /**
   * Follows who is published, for one host.
   *
   * @param listener told at once that there is news; the host delays it by {@link #newsDelay}
   */
  public Detector detect(Runnable listener) {
    Detector detector = new Detector(listener);
    detectors.add(detector);
    return detector;
  }

  /**
   * What one host can know of the published leader. While it is cut off it keeps the last leader
   * that it knew, until its session is over as well: then it knows of none.
   */
  public final class Detector {
    private final Runnable listener;
    private Optional<byte[]> known = Optional.empty();

    /** Which publication is known; none has this number. */
    private long knownPublication = -1;

    private boolean cutOff;
    private long cuts;

    private Detector(Runnable listener) {
      this.listener = listener;
    }

    /** The leader, as far as this host can know. */
    public Optional<byte[]> known() {
      return known;
    }

    /** A new process begins to look. */
    public void restart() {
      known = cutOff ? Optional.empty() : published;
      knownPublication = cutOff ? -1 : publication;
    }

    /** This host does not reach the service any more. */
    public void cutOff() {
      if (cutOff) {
        return;
      }
      cutOff = true;
      long now = ++cuts;
      agenda.after(
          SESSION_TIMEOUT.toNanos(),
          () -> {
            if (cutOff && now == cuts && knownPublication >= 0) {
              known = Optional.empty();
              knownPublication = -1;
              listener.run();
            }
          });
    }

    /** This host reaches the service again. */
    public void reconnect() {
      cutOff = false;
      look();
    }

    private void look() {
      if (!cutOff && knownPublication != publication) {
        known = published;
        knownPublication = publication;
        listener.run();
      }
    }
  }

  /** How long a host waits for the news of a leader. */
  public long newsDelay() {
    return draw.between(100_000L, quality.news.toNanos());
  }

  // ---- the store ----

  private long latency() {
    long most = draw.chance(quality.slowShare) ? quality.slow.toNanos() : quality.latency.toNanos();
    return draw.between(500_000L, Math.max(500_000L, most));
  }

  /** Applies the changes, all or none, if no later epoch has begun; answers in order. */
  public void write(Session session, List<Change> changes, WriteListener listener) {
    if (session.ended && agenda.now() < session.cutOffUntilNs) {
      // Behind the answers to all that was sent before: a client hears them in that order.
      session.lastAnswerNs = Math.max(session.lastAnswerNs, agenda.now());
      agenda.at(
          session.lastAnswerNs,
          () ->
              answer(
                  session,
                  WRITE_LIMIT.toNanos(),
                  () -> failed(listener, "no answer from ZooKeeper")));
      return;
    }
    boolean fails = draw.chance(quality.failShare);
    boolean appliedAnyway = fails && draw.chance(0.5);
    long arrives = Math.max(session.lastAnswerNs, agenda.now() + latency());
    session.lastAnswerNs = arrives;
    agenda.at(
        arrives,
        () -> {
          if (!isOfNewestTerm(session)) {
            answer(session, latency(), () -> listener.ended(Outcome.FENCED, "another term"));
          } else if (fails && !appliedAnyway) {
            answer(session, WRITE_LIMIT.toNanos(), () -> failed(listener, "connection lost"));
          } else {
            apply(session, changes);
            if (fails) {
              answer(session, WRITE_LIMIT.toNanos(), () -> failed(listener, "connection lost"));
            } else {
              answer(session, latency(), () -> listener.ended(Outcome.WRITTEN, ""));
            }
          }
        });
  }

  private boolean isOfNewestTerm(Session session) {
    return session.epoch == epoch;
  }

  private static void failed(WriteListener listener, String reason) {
    listener.ended(Outcome.FAILED, reason);
  }

  private void answer(Session session, long afterNs, Runnable answer) {
    long when = Math.max(session.lastAnswerNs, agenda.now() + afterNs);
    session.lastAnswerNs = when;
    agenda.at(when, answer);
  }

  private void apply(Session session, List<Change> changes) {
    if (applyListener != null) {
      applyListener.applied(session.epoch, epoch, changes);
    }
    for (Change change : changes) {
      if (change.bytes().isPresent()) {
        store.put(change.key(), change.bytes().get());
      } else {
        store.remove(change.key());
      }
    }
  }

  /**
   * Reads everything.
   *
   * @param found told the records, or nothing when they could not be read
   */
  public void readAll(Session session, Consumer<Optional<SortedMap<String, ByteString>>> found) {
    boolean fails = draw.chance(quality.failShare);
    agenda.after(
        fails ? WRITE_LIMIT.toNanos() : latency(),
        () -> {
          boolean read = !fails && session.epoch == epoch && !session.ended;
          found.accept(read ? Optional.of(new TreeMap<>(store)) : Optional.empty());
        });
  }

  /** What the store holds now, for checks. */
  public SortedMap<String, ByteString> store() {
    return Collections.unmodifiableSortedMap(store);
  }

  /** Who is first in line, for messages. */
  public String describe() {
    return leading == null
        ? "nobody leads, " + line.size() + " contend"
        : leading.name + " leads, " + line.size() + " contend";
  }
}
