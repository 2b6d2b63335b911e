package io.meseta.common.auth;

import io.meseta.common.net.Gate;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in whom a request's realm lets in, and tells the handlers who it is. A credential that is
 * not good is refused where none is demanded, too: who shows one wants to be known by it.
 */
public final class AuthenticationGate implements Gate {

  private static final Logger log = LoggerFactory.getLogger(AuthenticationGate.class);

  private static final long LINE_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

  private final Supplier<Authentication> authentication;
  private final Function<HttpRequest, Realm> realms;
  private final LongSupplier nanoTime;
  private final AtomicLong toldAtNs;
  private final AtomicLong untold = new AtomicLong();

  /**
   * Stands before these realms.
   *
   * @param authentication asked for each request
   * @param realms which one a request belongs to; a path that nobody thought of has to be in one
   *     that is not open
   */
  public AuthenticationGate(
      Supplier<Authentication> authentication, Function<HttpRequest, Realm> realms) {
    this(authentication, realms, System::nanoTime);
  }

  /** With a clock that tests can drive. */
  AuthenticationGate(
      Supplier<Authentication> authentication,
      Function<HttpRequest, Realm> realms,
      LongSupplier nanoTime) {
    this.authentication = authentication;
    this.realms = realms;
    this.nanoTime = nanoTime;
    this.toldAtNs = new AtomicLong(nanoTime.getAsLong() - LINE_INTERVAL_NS);
  }

  @Override
  public Verdict judge(HttpRequest request) {
    Realm realm = realms.apply(request);
    if (realm.entry() == Realm.Entry.OPEN) {
      return new Verdict.Pass(request);
    }
    Authentication.Proof proof = authentication.get().judge(request.headers());
    if (proof instanceof Authentication.Proof.Proved proved) {
      return new Verdict.Pass(request.withPrincipal(proved.principal()));
    }
    if (proof instanceof Authentication.Proof.Wrong) {
      tell(request);
      return refuse(realm);
    }
    return switch (realm.entry()) {
      case OPEN, ANYBODY -> new Verdict.Pass(request);
      case AUTHENTICATED -> refuse(realm);
      case AUTHENTICATED_OR_CERTIFIED ->
          request
              .caller()
              .certificate()
              .flatMap(AuthenticationGate::commonName)
              .<Verdict>map(name -> new Verdict.Pass(request.withPrincipal(name)))
              .orElseGet(() -> refuse(realm));
    };
  }

  /** Whoever guesses does so often: one line a second, which counts those that had none. */
  private void tell(HttpRequest request) {
    long now = nanoTime.getAsLong();
    long last = toldAtNs.get();
    if (now - last < LINE_INTERVAL_NS || !toldAtNs.compareAndSet(last, now)) {
      untold.incrementAndGet();
      return;
    }
    log.warn(
        "{} of {} refused: a wrong credential ({} more since the last such line)",
        request,
        request.remoteAddress(),
        untold.getAndSet(0));
  }

  private Verdict refuse(Realm realm) {
    HttpResponse answer = HttpResponse.text(401, "Unauthenticated: a credential is needed here");
    for (String challenge : authentication.get().challenges(realm.name())) {
      answer = answer.withHeader("WWW-Authenticate", challenge);
    }
    return new Verdict.Refuse(answer);
  }

  /** An authority has vouched for the name: the TLS handshake has checked that. */
  private static Optional<String> commonName(X509Certificate certificate) {
    try {
      LdapName subject = new LdapName(certificate.getSubjectX500Principal().getName());
      return subject.getRdns().stream()
          .filter(part -> part.getType().equalsIgnoreCase("CN"))
          .map(Rdn::getValue)
          .map(String::valueOf)
          .findFirst();
    } catch (InvalidNameException e) {
      log.warn("A client's certificate has a subject that is no name: {}", e.getMessage());
      return Optional.empty();
    }
  }
}
