package io.meseta.scheduler.internal;

import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.ClientResponse;
import io.meseta.common.net.CloseReason;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpCallException;
import io.meseta.common.net.HttpClient;
import io.meseta.common.net.HttpClientOptions;
import io.meseta.common.net.StreamCall;
import io.meseta.common.net.TlsFiles;
import io.meseta.scheduler.ContentType;
import io.meseta.scheduler.internal.SchedulerEvent.Answer;
import io.meseta.scheduler.internal.SchedulerEvent.CallUnanswered.Sent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Speaks the scheduler API to masters, over HTTP. */
final class HttpMasterTransport implements MasterTransport {

  private static final String PATH = "/api/v1/scheduler";
  private static final String STREAM_ID = "Mesos-Stream-Id";

  /** Enough of an answer's text to say what is wrong. */
  private static final int MAX_TEXT = 2_000;

  private final HttpClient client;
  private final Optional<TlsFiles> tls;
  private final String scheme;
  private final MediaType type;
  private final Headers headers;

  HttpMasterTransport(TransportOptions options) {
    HttpClientOptions defaults = HttpClientOptions.defaults();
    HttpClientOptions.Limits limits = defaults.limits();
    HttpClientOptions.Timeouts timeouts = defaults.timeouts();
    this.tls = options.tls().map(TlsFiles::open);
    this.scheme = tls.isPresent() ? "https://" : "http://";
    HttpClientOptions plain =
        new HttpClientOptions(
            1,
            new HttpClientOptions.Limits(
                // The call whose turn it is must not wait behind acknowledgements.
                Outbox.ACKNOWLEDGEMENT_WINDOW + 1,
                limits.waitingCallsPerHost(),
                limits.maxBodyBytes(),
                limits.streamBufferBytes(),
                limits.maxRecordBytes()),
            new HttpClientOptions.Timeouts(
                timeouts.connect(), options.requestLimit(), timeouts.idle()),
            null);
    this.client = new HttpClient(tls.map(plain::with).orElse(plain));
    this.type = options.contentType() == ContentType.JSON ? MediaType.JSON : MediaType.PROTOBUF;
    Headers common = Headers.of("Content-Type", type.headerValue(), "Accept", type.headerValue());
    this.headers =
        options
            .credentials()
            .map(credentials -> common.with("Authorization", credentials.authorization()))
            .orElse(common);
  }

  @Override
  public Stream subscribe(
      MasterAddress master, Call subscribe, MasterTransport.StreamListener listener) {
    StreamCall call =
        client.openStream(
            uri(master), headers, Codec.encode(subscribe, type), new Records(listener));
    return new OpenStream(call);
  }

  @Override
  public void send(SchedulerEffect.SendCall call, AnswerListener listener) {
    CompletionStage<ClientResponse> answer =
        client.call(
            uri(call.master()),
            "POST",
            headers.with(STREAM_ID, call.streamId()),
            Codec.encode(call.call(), type),
            call.limit());
    answer.whenComplete((response, failure) -> {
      if (failure == null) {
        listener.answered(answer(response));
      } else {
        listener.unanswered(sent(failure), describe(failure));
      }
    });
  }

  @Override
  public void close() {
    client.close();
    tls.ifPresent(TlsFiles::close);
  }

  private URI uri(MasterAddress master) {
    return URI.create(scheme + master + PATH);
  }

  private static Answer answer(ClientResponse response) {
    String text = new String(response.body(), StandardCharsets.UTF_8);
    return new Answer(
        response.status(),
        text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text,
        response.headers().first("Location"));
  }

  private static Sent sent(Throwable failure) {
    boolean never =
        cause(failure) instanceof HttpCallException e
            && (e.kind() == HttpCallException.Kind.CONNECT_FAILED
                || e.kind() == HttpCallException.Kind.OVERLOADED);
    return never ? Sent.NO : Sent.PERHAPS;
  }

  private static String describe(Throwable failure) {
    return String.valueOf(cause(failure).getMessage());
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  /** Turns records into events. One that cannot be read ends the stream: who knows what it said? */
  private final class Records implements io.meseta.common.net.StreamListener {
    private final MasterTransport.StreamListener listener;
    private boolean over;

    Records(MasterTransport.StreamListener listener) {
      this.listener = listener;
    }

    @Override
    public void onOpen(Headers answer) {
      listener.opened(answer.first(STREAM_ID));
    }

    @Override
    public void onRefused(ClientResponse response) {
      over = true;
      listener.refused(answer(response));
    }

    @Override
    public void onRecord(byte[] record) {
      if (over) {
        return;
      }
      try {
        listener.received(Codec.decode(record, Event.getDefaultInstance(), type));
      } catch (DecodeException e) {
        over = true;
        listener.ended("an event cannot be read: " + e.getMessage());
      }
    }

    @Override
    public void onClosed(CloseReason reason) {
      if (!over) {
        over = true;
        listener.ended(reason.detail());
      }
    }
  }

  private record OpenStream(StreamCall call) implements Stream {
    @Override
    public void pause() {
      call.pause();
    }

    @Override
    public void resume() {
      call.resume();
    }

    @Override
    public void close() {
      call.abort();
    }
  }
}
