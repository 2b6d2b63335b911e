package io.meseta.testkit.simulation.cluster;

import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.master.Call;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.MediaType;
import io.meseta.testkit.simulation.world.Connection;
import io.meseta.testkit.simulation.world.Draw;
import io.meseta.testkit.simulation.world.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How an operator's calls come to a master: to the leader, or to any master, which sends them on. A
 * call that is not answered is sent again, as it may or may not have had its effect; sometimes also
 * one that was.
 */
final class OperatorDesk {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final int HEAD_BYTES = 200;

  private final World world;
  private final Draw draw;
  private final int number;

  /** Orders that are neither answered nor given up. */
  private final Set<Order> open = new LinkedHashSet<>();

  /** One order, sent as often as need be. */
  private record Order(long id, Call call) {}

  private final Set<Exchange> underWay = new LinkedHashSet<>();
  private boolean patient;
  private long nextOrder;

  OperatorDesk(World world, Draw draw) {
    this.world = world;
    this.draw = draw;
    this.number = world.newHostNumber();
    world.network().processStarted(number);
  }

  int number() {
    return number;
  }

  /** From now on no order is given up; those that were are forgotten. */
  void insist() {
    open.clear();
    patient = true;
    List<Exchange> left = new ArrayList<>(underWay);
    left.forEach(Exchange::settle);
  }

  /** What was ordered and is not answered. */
  List<String> unanswered() {
    List<String> names = new ArrayList<>();
    open.forEach(order -> names.add("the operator's " + order.call.getType() + " is not answered"));
    return names;
  }

  /** Sends an order until it is answered. */
  void order(Call call) {
    Order order = new Order(nextOrder++, call);
    open.add(order);
    world.tally().count("operator's orders: " + call.getType());
    world.tell("operator", () -> "orders " + call);
    send(order, leaderOrAny());
  }

  private MasterHost leaderOrAny() {
    Optional<byte[]> published = world.coordination().published();
    if (published.isEmpty() || draw.chance(0.2)) {
      return draw.pick(world.addresses().masters());
    }
    MasterInfo leader = Leaders.parse(published.get());
    return master(leader.getHostname());
  }

  private MasterHost master(String address) {
    MasterHost master = world.addresses().master(address);
    if (master == null) {
      throw new Violation("the operator is sent to " + address + ", where no master is");
    }
    return master;
  }

  private void send(Order order, MasterHost master) {
    if (open.contains(order)) {
      new Exchange(order).send(master);
    }
  }

  private void sendAgain(Order order) {
    if (!patient && draw.chance(0.2)) {
      open.remove(order);
      return;
    }
    world.agenda().after(draw.exponential(AGAIN), () -> send(order, leaderOrAny()));
  }

  /** One attempt, on a connection of its own. */
  private final class Exchange implements MasterConnections.Client {
    private final Order order;
    private final MediaType type;
    private @Nullable Connection connection;
    private boolean settled;

    Exchange(Order order) {
      this.order = order;
      this.type = draw.chance(0.5) ? MediaType.JSON : MediaType.PROTOBUF;
    }

    void send(MasterHost master) {
      underWay.add(this);
      byte[] body = Codec.encode(order.call, type);
      Connection made =
          world
              .network()
              .connect(
                  number,
                  master.number,
                  reason -> {
                    if (settle()) {
                      sendAgain(order);
                    }
                  });
      connection = made;
      world
          .agenda()
          .after(
              LIMIT.toNanos(),
              () -> {
                if (settle()) {
                  sendAgain(order);
                }
              });
      made.client()
          .send(
              HEAD_BYTES + body.length,
              () -> master.connections().operatorCall(made.server(), body, type, this));
    }

    /** Whether this is the first thing that is heard of it. */
    private boolean settle() {
      boolean first = !settled;
      settled = true;
      underWay.remove(this);
      Connection made = connection;
      if (first && made != null) {
        made.client().abort("over");
      }
      return first;
    }

    @Override
    public void answered(int status, String text, Optional<String> location) {
      if (!settle()) {
        return;
      }
      switch (status) {
        case 200 -> {
          if (!patient && draw.chance(0.1)) {
            world.tally().count("operator's orders repeated");
            sendAgain(order);
          } else {
            open.remove(order);
          }
        }
        case 307 -> {
          world.tally().count("operator's orders sent on");
          String address = location.orElseThrow().substring(2).split(":", -1)[0];
          OperatorDesk.this.send(order, master(address));
        }
        case 503 -> sendAgain(order);
        // Unknown, or on its way to be gone: asked for once more, it would not be otherwise.
        case 400, 404, 409 -> open.remove(order);
        default ->
            throw new Violation(
                "an operator's call is answered with " + status + " " + text, "operator");
      }
    }

    @Override
    public void opened(String streamId) {
      throw new Violation("an operator's call is answered with a stream", "operator");
    }

    @Override
    public void received(byte[] record) {
      throw new Violation("an operator's call is answered with a stream", "operator");
    }
  }
}
