package io.meseta.executor.internal;

import io.meseta.api.v1.executor.Call;
import io.meseta.api.v1.executor.Event;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.ClientResponse;
import io.meseta.common.net.CloseReason;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpClient;
import io.meseta.common.net.HttpClientOptions;
import io.meseta.common.net.StreamCall;
import io.meseta.common.net.StreamListener;
import io.meseta.common.net.TlsFiles;
import io.meseta.common.net.TlsOptions;
import io.meseta.executor.ExecutorEnvironment;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Speaks the executor API to the agent, over HTTP. Thread-safe. */
final class AgentTransport implements AutoCloseable {

  static final int ACCEPTED = 202;
  static final int BAD_REQUEST = 400;

  /** In place of a status where there is none. */
  static final int UNANSWERED = 0;

  private static final Duration CALL_LIMIT = Duration.ofSeconds(15);
  private static final MediaType TYPE = MediaType.PROTOBUF;
  private static final Headers HEADERS =
      Headers.of("Content-Type", TYPE.headerValue(), "Accept", TYPE.headerValue());

  /** Is told what comes on a stream, and once that it has ended; on threads of the client. */
  interface Listener {
    void received(Event event);

    void ended(String reason);
  }

  /** Is told the answer of a call, on a thread of the client. */
  interface Answered {
    void answered(int status, String problem);
  }

  private final URI uri;
  private final Headers headers;
  private final Optional<TlsFiles> tls;
  private final HttpClient client;
  private final AtomicReference<@Nullable StreamCall> stream = new AtomicReference<>();

  /**
   * A way to the agent.
   *
   * @throws IllegalArgumentException if the file of authorities cannot be used
   */
  AgentTransport(String endpoint, ExecutorEnvironment.Safety safety) {
    String scheme = safety.https() ? "https" : "http";
    this.uri = URI.create(scheme + "://" + endpoint + "/api/v1/executor");
    this.headers =
        safety
            .token()
            .map(token -> HEADERS.with("Authorization", "Bearer " + token))
            .orElse(HEADERS);
    this.tls =
        safety.https()
            ? Optional.of(
                TlsFiles.open(
                    new TlsOptions(
                        Optional.empty(), safety.authorities(), TlsOptions.Clients.NOT_ASKED)))
            : Optional.empty();
    HttpClientOptions options =
        new HttpClientOptions(
            1, HttpClientOptions.Limits.defaults(), HttpClientOptions.Timeouts.defaults(), null);
    this.client = new HttpClient(tls.map(options::with).orElse(options));
  }

  /** Opens a stream in place of an earlier one. */
  void subscribe(Call call, Listener listener) {
    drop(
        stream.getAndSet(
            client.openStream(uri, headers, Codec.encode(call, TYPE), new Records(listener))));
  }

  void closeStream() {
    drop(stream.getAndSet(null));
  }

  private static void drop(@Nullable StreamCall call) {
    if (call != null) {
      call.abort();
    }
  }

  void send(Call call, Answered answered) {
    var unused =
        client
            .call(uri, "POST", headers, Codec.encode(call, TYPE), CALL_LIMIT)
            .whenComplete((response, failure) -> {
              if (failure == null) {
                answered.answered(response.status(), text(response));
              } else {
                answered.answered(UNANSWERED, String.valueOf(failure.getMessage()));
              }
            });
  }

  private static String text(ClientResponse response) {
    return response.status() + " " + new String(response.body(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.close();
    tls.ifPresent(TlsFiles::close);
  }

  /** Turns records into events. One that cannot be read ends the stream: who knows what it said? */
  private static final class Records implements StreamListener {
    private final Listener listener;
    private boolean over;

    Records(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void onOpen(Headers headers) {
      // What counts is SUBSCRIBED.
    }

    @Override
    public void onRefused(ClientResponse response) {
      end("the agent refuses the executor: " + text(response));
    }

    @Override
    public void onRecord(byte[] record) {
      if (over) {
        return;
      }
      try {
        listener.received(Codec.decode(record, Event.getDefaultInstance(), TYPE));
      } catch (DecodeException e) {
        end("an event cannot be read: " + e.getMessage());
      }
    }

    @Override
    public void onClosed(CloseReason reason) {
      end(reason.detail());
    }

    private void end(String reason) {
      if (!over) {
        over = true;
        listener.ended(reason);
      }
    }
  }
}
