package io.meseta.testkit.simulation.cluster;

import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.scheduler.internal.MasterAddress;
import io.meseta.scheduler.internal.SchedulerEffect;
import io.meseta.scheduler.internal.SchedulerEvent;
import io.meseta.scheduler.internal.SchedulerEvent.CallUnanswered.Sent;
import io.meseta.testkit.simulation.world.Agenda;
import io.meseta.testkit.simulation.world.Connection;
import io.meseta.testkit.simulation.world.Violation;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a framework's calls come to a master, and what comes back. */
final class FrameworkCalls {
  private static final int HEAD_BYTES = 200;

  private final FrameworkHost host;
  private final MediaType type;
  private @Nullable Stream stream;

  FrameworkCalls(FrameworkHost host, MediaType type) {
    this.host = host;
    this.type = type;
  }

  void forget() {
    stream = null;
  }

  /** The process reads nothing from its stream until {@link #readOn}. */
  void stopReading() {
    Stream open = stream;
    if (open != null) {
      open.side().pause();
    }
  }

  void readOn() {
    Stream open = stream;
    if (open != null) {
      open.side().resume();
    }
  }

  private MasterHost master(MasterAddress address) {
    MasterHost master = host.world.addresses().master(address.host());
    if (master == null) {
      throw new Violation(host + " connects to " + address + ", where no master is", host.name);
    }
    return master;
  }

  // ---- the stream ----

  void openStream(SchedulerEffect.OpenStream order) {
    Stream opened = new Stream(order.attempt());
    stream = opened;
    opened.connect(master(order.master()), Codec.encode(order.subscribe(), type));
  }

  void closeStream(long attempt) {
    Stream open = stream;
    if (open != null && open.attempt == attempt) {
      stream = null;
      open.side().abort("closed by the framework");
    }
  }

  private final class Stream implements MasterConnections.Client {
    private final long attempt;
    private @Nullable Connection connection;
    private boolean over;

    Stream(long attempt) {
      this.attempt = attempt;
    }

    private Connection.Side side() {
      Connection made = connection;
      if (made == null) {
        throw new IllegalStateException("a stream that was not connected");
      }
      return made.client();
    }

    void connect(MasterHost master, byte[] body) {
      Connection made = host.world.network().connect(host.number, master.number, this::closed);
      connection = made;
      made.client()
          .send(
              HEAD_BYTES + body.length,
              () -> master.connections().call(made.server(), body, type, Optional.empty(), this));
    }

    private void closed(String reason) {
      if (!over) {
        over = true;
        host.post(at -> new SchedulerEvent.StreamEnded(at, attempt, reason));
      }
    }

    @Override
    public void answered(int status, String text, Optional<String> location) {
      over = true;
      side().abort("answered");
      host.post(at ->
          new SchedulerEvent.StreamRefused(
              at, attempt, new SchedulerEvent.Answer(status, text, location)));
    }

    @Override
    public void opened(String streamId) {
      host.post(at -> new SchedulerEvent.StreamOpened(at, attempt, Optional.of(streamId)));
    }

    @Override
    public void received(byte[] record) {
      Event event;
      try {
        event = Codec.decode(record, Event.getDefaultInstance(), type);
      } catch (DecodeException e) {
        throw new Violation("an event of a master cannot be read", e, host.name);
      }
      host.world.trace().arrived(event, record);
      host.post(at -> new SchedulerEvent.EventReceived(at, attempt, event));
    }
  }

  // ---- single calls ----

  void send(SchedulerEffect.SendCall order) {
    new Exchange(order).send();
  }

  /** A call on a connection of its own. */
  private final class Exchange implements MasterConnections.Client {
    private final SchedulerEffect.SendCall order;
    private final long then = host.process;
    private @Nullable Connection connection;
    private Agenda.@Nullable Item limit;
    private boolean arrived;
    private boolean settled;

    Exchange(SchedulerEffect.SendCall order) {
      this.order = order;
    }

    void send() {
      MasterHost master = master(order.master());
      byte[] body = Codec.encode(order.call(), type);
      Connection made = host.world.network().connect(host.number, master.number, this::closed);
      connection = made;
      limit =
          host.world
              .agenda()
              .after(host.clock.trueNanos(order.limit()), () -> timedOut(order.limit()));
      made.client()
          .send(
              HEAD_BYTES + body.length,
              () -> {
                arrived = true;
                master
                    .connections()
                    .call(made.server(), body, type, Optional.of(order.streamId()), this);
              });
    }

    private boolean settle() {
      if (settled || then != host.process) {
        return false;
      }
      settled = true;
      Agenda.Item timer = limit;
      if (timer != null) {
        timer.cancel();
      }
      return true;
    }

    private void timedOut(Duration after) {
      unanswered("no answer within " + after.toSeconds() + " s", Sent.PERHAPS);
    }

    private void closed(String reason) {
      // Whoever was refused a connection knows that nothing was sent.
      boolean refused = !arrived && reason.equals("connection refused");
      unanswered(reason, refused ? Sent.NO : Sent.PERHAPS);
    }

    private void unanswered(String reason, Sent sent) {
      if (settle()) {
        drop();
        host.post(at -> new SchedulerEvent.CallUnanswered(at, order.callId(), sent, reason));
      }
    }

    private void drop() {
      Connection made = connection;
      if (made != null) {
        made.client().abort("over");
      }
    }

    @Override
    public void answered(int status, String text, Optional<String> location) {
      if (settle()) {
        drop();
        host.post(at ->
            new SchedulerEvent.CallAnswered(
                at, order.callId(), new SchedulerEvent.Answer(status, text, location)));
      }
    }

    @Override
    public void opened(String streamId) {
      throw new Violation("a call other than SUBSCRIBE is answered with a stream", host.name);
    }

    @Override
    public void received(byte[] record) {
      throw new Violation("a call other than SUBSCRIBE is answered with a stream", host.name);
    }
  }
}
