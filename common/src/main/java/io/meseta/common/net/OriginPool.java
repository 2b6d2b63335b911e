package io.meseta.common.net;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of calls to one origin, and the calls that wait for one. All of it, connections
 * included, lives on one event loop, and so needs no lock.
 */
final class OriginPool {

  /** What the pool tells its client. */
  interface Owner {
    /** Nothing is left here; a call that still arrives belongs to a new pool. */
    void retired(OriginPool pool);

    /** A call that arrived at a retired pool. */
    void resubmit(UnaryCall call);
  }

  private final EventLoop loop;
  private final Origin origin;
  private final HttpClientOptions options;
  private final Connector connector;
  private final Owner owner;
  private final Deque<PooledConnection> idle = new ArrayDeque<>();
  private final Set<PooledConnection> connections = new HashSet<>();
  private final Deque<UnaryCall> waiting = new ArrayDeque<>();
  private final Set<UnaryCall> connecting = new HashSet<>();
  private boolean retired;

  OriginPool(
      EventLoop loop, Origin origin, HttpClientOptions options, Connector connector, Owner owner) {
    this.loop = loop;
    this.origin = origin;
    this.options = options;
    this.connector = connector;
    this.owner = owner;
  }

  EventLoop loop() {
    return loop;
  }

  Origin origin() {
    return origin;
  }

  void submit(UnaryCall call) {
    if (call.isDone()) {
      return;
    }
    if (retired) {
      owner.resubmit(call);
      return;
    }
    PooledConnection free = pollIdle();
    if (free != null) {
      free.send(call, PooledConnection.Origination.REUSED);
    } else if (hasRoom()) {
      connectFor(call);
    } else if (waiting.size() < options.limits().waitingCallsPerHost()) {
      waiting.add(call);
    } else {
      call.fail(
          HttpCallException.Kind.OVERLOADED,
          waiting.size() + " calls wait for a connection already",
          null);
    }
  }

  /** The call has failed by time or was cancelled. */
  void giveUp(UnaryCall call) {
    if (call.connection != null) {
      call.connection.giveUp(call);
    } else {
      waiting.remove(call);
    }
  }

  /** The connection has nothing to do. */
  void released(PooledConnection connection) {
    UnaryCall next = pollWaiting();
    if (next != null) {
      connection.send(next, PooledConnection.Origination.REUSED);
    } else {
      idle.push(connection);
      connection.rest(options.timeouts().idle());
    }
  }

  /** The connection has gone; a call that it could not carry goes first on a fresh one. */
  void closed(PooledConnection connection, @Nullable UnaryCall again) {
    idle.remove(connection);
    if (!connections.remove(connection)) {
      return;
    }
    if (again != null) {
      connectFor(again);
    } else {
      serveNextOrRetire();
    }
  }

  /** Fails every call and closes every connection. */
  void close() {
    retired = true;
    List<UnaryCall> unanswered = new ArrayList<>(waiting);
    unanswered.addAll(connecting);
    for (PooledConnection connection : connections) {
      UnaryCall running = connection.current();
      if (running != null) {
        unanswered.add(running);
      }
    }
    waiting.clear();
    unanswered.forEach(
        call -> call.fail(HttpCallException.Kind.CLOSED, "the client was closed", null));
    List.copyOf(connections).forEach(PooledConnection::close);
  }

  private boolean hasRoom() {
    return connections.size() + connecting.size() < options.limits().connectionsPerHost();
  }

  private void connectFor(UnaryCall call) {
    connecting.add(call);
    connector.connect(
        loop,
        origin,
        new Connector.Outcome() {
          @Override
          public void connected(Channel channel) {
            connecting.remove(call);
            joined(channel, call);
          }

          @Override
          public void failed(Throwable cause) {
            connecting.remove(call);
            String reason = String.valueOf(cause.getMessage());
            call.fail(HttpCallException.Kind.CONNECT_FAILED, reason, cause);
            serveNextOrRetire();
          }
        });
  }

  private void joined(Channel channel, UnaryCall call) {
    PooledConnection connection =
        new PooledConnection(this, channel, options.limits().maxBodyBytes());
    channel.pipeline().addLast(connection);
    connections.add(connection);
    if (retired) {
      connection.close();
    } else if (call.isDone() && connection.isUsable()) {
      released(connection);
    } else {
      // Also if the server has closed it already: failing to send is how that is found out.
      connection.send(call, PooledConnection.Origination.FRESH);
    }
  }

  private @Nullable PooledConnection pollIdle() {
    for (PooledConnection free = idle.poll(); free != null; free = idle.poll()) {
      if (free.isUsable()) {
        return free;
      }
    }
    return null;
  }

  private @Nullable UnaryCall pollWaiting() {
    for (UnaryCall call = waiting.poll(); call != null; call = waiting.poll()) {
      if (!call.isDone()) {
        return call;
      }
    }
    return null;
  }

  private void serveNextOrRetire() {
    UnaryCall next = pollWaiting();
    if (next != null) {
      connectFor(next);
    } else if (!retired && connections.isEmpty() && connecting.isEmpty()) {
      retired = true;
      owner.retired(this);
    }
  }
}
