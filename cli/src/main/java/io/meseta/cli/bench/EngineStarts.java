package io.meseta.cli.bench;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventActor;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** When containers start, as the engine's event stream tells it. */
final class EngineStarts implements AutoCloseable {

  private static final long LIMIT_SECONDS = 30;

  private final Map<String, CompletableFuture<Long>> starts = new ConcurrentHashMap<>();
  private final String label;
  private final ResultCallback.Adapter<Event> listener;

  /**
   * @param label whose value names a container
   */
  EngineStarts(DockerClient engine, String label) {
    this.label = label;
    this.listener =
        new ResultCallback.Adapter<>() {
          @Override
          public void onNext(Event event) {
            seen(event, System.nanoTime());
          }
        };
    engine.eventsCmd().withEventFilter("start").exec(listener);
  }

  private void seen(Event event, long atNs) {
    EventActor actor = event.getActor();
    Map<String, String> attributes = actor == null ? null : actor.getAttributes();
    String name = attributes == null ? null : attributes.get(label);
    if (name != null) {
      of(name).complete(atNs);
    }
  }

  private CompletableFuture<Long> of(String name) {
    return starts.computeIfAbsent(name, ignored -> new CompletableFuture<>());
  }

  /** {@link System#nanoTime} at which the start was seen; waits for it. */
  long await(String name) throws Exception {
    return of(name).get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
