package io.meseta.agent.container.docker;

import com.fasterxml.jackson.databind.MappingIterator;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventActor;
import com.github.dockerjava.transport.DockerHttpClient;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.util.Map;

/** Reads the engine's events about containers of agents. */
final class EngineEvents {

  static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Is told of events. Must not block. */
  interface Observer {
    void ended(ContainerId container);

    void outOfMemory(ContainerId container);
  }

  private final Observer observer;
  private long lastNanos;

  /**
   * Starts at a time.
   *
   * @param since engine time in nanoseconds since the epoch
   */
  EngineEvents(Observer observer, long since) {
    this.observer = observer;
    this.lastNanos = since;
  }

  /** The time of the last event, from which the next subscription starts. */
  long lastNanos() {
    return lastNanos;
  }

  /** Reads until the stream ends; the caller closes the response. */
  void read(EngineConnection connection, DockerHttpClient.Response response) throws IOException {
    // Not closed: that would first read the rest of the stream, which never ends.
    MappingIterator<Event> events =
        connection.json().readerFor(Event.class).readValues(response.getBody());
    while (events.hasNextValue()) {
      handle(events.nextValue());
    }
  }

  private void handle(Event event) {
    Long nanos = event.getTimeNano();
    if (nanos != null) {
      lastNanos = Math.max(lastNanos, nanos);
    }
    EventActor actor = event.getActor();
    Map<String, String> attributes = actor == null ? null : actor.getAttributes();
    String container = attributes == null ? null : attributes.get(Labels.CONTAINER);
    if (container == null) {
      return;
    }
    if ("oom".equals(event.getAction())) {
      observer.outOfMemory(new ContainerId(container));
    } else {
      observer.ended(new ContainerId(container));
    }
  }
}
