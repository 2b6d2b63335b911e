package io.meseta.master.feed;

import io.meseta.common.codec.MediaType;
import io.meseta.common.net.EventStream;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpResponse;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.ReadFilter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells everybody who follows the cluster what happens in it. Thread-safe.
 *
 * <p>Every stream begins with SUBSCRIBED and a HEARTBEAT. It breaks off without a clean end when
 * this master leads no more, and when its client does not keep up.
 */
public final class ClusterFeed implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ClusterFeed.class);

  /** Views that wait to be worked off; with more, followers begin anew. */
  private static final int MAX_WAITING_VIEWS = 1_000;

  private final FeedOptions options;
  private final EventLog events;
  private final Subscription.Source source;
  private final LinkedBlockingQueue<MasterView> incoming = new LinkedBlockingQueue<>();
  private final LinkedHashSet<Subscription> subscriptions = new LinkedHashSet<>();
  private final Thread taker;
  private volatile boolean closed;

  public ClusterFeed(FeedOptions options) {
    this.options = options;
    this.events = new EventLog(options.history());
    this.source =
        new Subscription.Source(
            events, new Snapshots(events, options.heartbeatInterval()), options);
    this.taker = Thread.ofPlatform().daemon().name("master-feed").start(this::takeViews);
  }

  /**
   * The newest view. Never waits: to be called by the core's loop, in the order of the views. What
   * is not worked off in time is left out, which followers notice by the view's index.
   */
  public void publish(MasterView view) {
    if (incoming.size() >= MAX_WAITING_VIEWS) {
      incoming.clear();
    }
    incoming.add(view);
  }

  private void takeViews() {
    try {
      while (!closed) {
        take(incoming.take());
      }
    } catch (InterruptedException e) {
      if (!closed) {
        log.error("The feed of the operator API was interrupted", e);
      }
    }
  }

  private void take(MasterView view) {
    try {
      events.take(view);
    } catch (RuntimeException e) {
      // The next view shows a gap, and whoever follows begins anew.
      log.error("View {} could not be told", view.index(), e);
    }
  }

  /**
   * Somebody who wants to follow.
   *
   * @param answers the type of the records
   * @param shown what of the cluster he may see at the moment; asked for each snapshot
   */
  public record Follower(Exchange exchange, MediaType answers, Supplier<ReadFilter> shown) {}

  /** Answers a SUBSCRIBE. */
  public void subscribe(Follower follower) {
    open(follower, StreamForm.SUBSCRIBE, wire -> Subscription.fromNow(source, wire));
  }

  /** Answers a WATCH from now on. */
  public void watch(Follower follower) {
    open(follower, StreamForm.WATCH, wire -> Subscription.fromNow(source, wire));
  }

  /** Answers a WATCH that goes on after what this master has told before, if that is possible. */
  public void watch(Follower follower, String masterId, long index) {
    open(follower, StreamForm.WATCH, wire -> Subscription.after(source, wire, masterId, index));
  }

  /**
   * What followers may see has changed: all begin anew. To be called when {@link Follower#shown}
   * says so.
   */
  public void beginAnew() {
    events.interrupt();
  }

  private void open(
      Follower follower,
      StreamForm form,
      Function<Subscription.Wire, Subscription> subscriptionOn) {
    if (events.now().isEmpty()) {
      follower.exchange.respond(
          HttpResponse.text(503, "Master has not finished recovery")
              .withHeader("Retry-After", "1"));
      return;
    }
    EventStream stream =
        follower.exchange.openStream(follower.answers.headerValue(), Headers.none());
    start(
        stream,
        subscriptionOn.apply(
            new Subscription.Wire(stream, form, follower.answers, follower.shown)));
  }

  private void start(EventStream stream, Subscription subscription) {
    Optional<Subscription> displaced = add(subscription);
    displaced.ifPresent(oldest -> {
      log.warn(
          "More than {} subscribers of the operator API: the oldest is disconnected",
          options.maxSubscribers());
      oldest.close();
    });
    Thread thread =
        Thread.ofVirtual()
            .name("master-follower")
            .unstarted(() -> {
              try {
                subscription.run();
              } finally {
                remove(subscription);
              }
            });
    stream.onClose(reason -> {
      remove(subscription);
      thread.interrupt();
    });
    thread.start();
  }

  /** The one that has to make room, if there is one. */
  private Optional<Subscription> add(Subscription subscription) {
    synchronized (subscriptions) {
      Optional<Subscription> displaced = Optional.empty();
      if (subscriptions.size() >= options.maxSubscribers()) {
        displaced = subscriptions.stream().findFirst();
        displaced.ifPresent(subscriptions::remove);
      }
      subscriptions.add(subscription);
      return displaced;
    }
  }

  private void remove(Subscription subscription) {
    synchronized (subscriptions) {
      subscriptions.remove(subscription);
    }
  }

  /** How many follow. */
  public int subscribers() {
    synchronized (subscriptions) {
      return subscriptions.size();
    }
  }

  @Override
  public void close() {
    closed = true;
    taker.interrupt();
    List<Subscription> open;
    synchronized (subscriptions) {
      open = List.copyOf(subscriptions);
    }
    // Each takes itself out of the set.
    open.forEach(Subscription::abort);
  }
}
