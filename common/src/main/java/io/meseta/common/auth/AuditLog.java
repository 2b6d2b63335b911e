package io.meseta.common.auth;

import io.meseta.common.net.ByteStream;
import io.meseta.common.net.EventStream;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each call that would change something, with the logger {@code io.meseta.audit}: who,
 * from where, what, to what, whether it was allowed, and how it was answered ({@code none}: the
 * client left before).
 */
public final class AuditLog {

  private static final Logger log = LoggerFactory.getLogger("io.meseta.audit");
  private static final int MAX_OBJECT = 300;

  private AuditLog() {}

  /** Writes the line of a call that is not allowed. */
  public static void denied(HttpRequest request, String call, String object, int status) {
    write(request.principal(), request, call, object, "denied", Integer.toString(status));
  }

  /** An exchange that writes the line of an allowed call when it is answered. */
  public static Exchange allowed(
      HttpRequest request, String call, String object, Exchange exchange) {
    if (!log.isInfoEnabled()) {
      return exchange;
    }
    Audited audited = new Audited(request, call, object, exchange);
    exchange.onDisconnect(() -> audited.answered("none"));
    return audited;
  }

  private static void write(
      Optional<String> principal,
      HttpRequest request,
      String call,
      String object,
      String verdict,
      String code) {
    log.info(
        "principal={} from={}:{} call={} object=\"{}\" verdict={} code={}",
        principal.map(AuditLog::printable).orElse("-"),
        request.remoteAddress().getHostString(),
        request.remoteAddress().getPort(),
        call,
        printable(object),
        verdict,
        code);
  }

  /** What a client said cannot become a second line, nor end a quotation. */
  private static String printable(String text) {
    String shortened = text.length() > MAX_OBJECT ? text.substring(0, MAX_OBJECT) + "…" : text;
    StringBuilder safe = new StringBuilder();
    shortened
        .chars()
        .forEach(c -> safe.append(Character.isISOControl(c) || c == '"' ? '?' : (char) c));
    return safe.toString();
  }

  /** Passes on, and tells the first answer. */
  private static final class Audited implements Exchange {
    private final HttpRequest request;
    private final String call;
    private final String object;
    private final Exchange exchange;
    private final AtomicBoolean told = new AtomicBoolean();

    Audited(HttpRequest request, String call, String object, Exchange exchange) {
      this.request = request;
      this.call = call;
      this.object = object;
      this.exchange = exchange;
    }

    void answered(String code) {
      if (told.compareAndSet(false, true)) {
        write(request.principal(), request, call, object, "allowed", code);
      }
    }

    @Override
    public void respond(HttpResponse response) {
      answered(Integer.toString(response.status()));
      exchange.respond(response);
    }

    @Override
    public EventStream openStream(String contentType, Headers headers) {
      answered("200");
      return exchange.openStream(contentType, headers);
    }

    @Override
    public ByteStream openBytes(int status, Headers headers, OptionalLong length) {
      answered(Integer.toString(status));
      return exchange.openBytes(status, headers, length);
    }

    @Override
    public void onDisconnect(Runnable callback) {
      exchange.onDisconnect(callback);
    }
  }
}
