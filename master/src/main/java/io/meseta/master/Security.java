package io.meseta.master;

import io.meseta.common.acl.Authorizer;
import io.meseta.common.auth.Access;
import io.meseta.common.auth.AuthenticationGate;
import io.meseta.common.auth.AuthorizationGate;
import io.meseta.common.auth.Throttle;
import io.meseta.common.net.Gate;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.net.TlsFiles;
import io.meseta.master.security.CallGuard;
import io.meseta.master.security.MasterRealms;
import io.meseta.master.security.ReadFilters;
import io.meseta.master.security.SchedulerGuard;
import io.meseta.master.view.MasterView;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/** The guards of one master, by its options. */
final class Security implements AutoCloseable {

  private final Gate gate;
  private final Access access;
  private final Throttle throttle;
  private final Optional<TlsFiles> tls;
  private final ScheduledExecutorService turns =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("master-turns").factory());

  private Security(SecurityFlags flags) {
    MasterRealms realms = new MasterRealms(flags.demands());
    access = flags.openAccess();
    gate =
        new AuthorizationGate(
            new AuthenticationGate(access::authentication, realms::of),
            access::authorizer,
            MasterRealms::question);
    throttle = new Throttle(flags.limits(), System::nanoTime);
    tls = flags.openTls();
  }

  /**
   * Reads what the flags name.
   *
   * @throws IllegalArgumentException if one cannot be right
   */
  static Security open(SecurityFlags flags) {
    return new Security(flags);
  }

  /** Before all routes. */
  Gate gate() {
    return gate;
  }

  HttpServerOptions applyTo(HttpServerOptions options) {
    return tls.map(options::with).orElse(options);
  }

  CallGuard callGuard(Supplier<MasterView> view) {
    return new CallGuard(access::authorizer, view);
  }

  SchedulerGuard schedulerGuard() {
    return new SchedulerGuard(throttle, turns);
  }

  ReadFilters readFilters() {
    return new ReadFilters(access::authorizer);
  }

  /** Who may do what, at the moment. */
  Authorizer authorizer() {
    return access.authorizer();
  }

  /** Told when files have changed: who is known, or the lists. */
  void onChange(Runnable newCallers, Runnable newLists) {
    access.onNewCallers(newCallers);
    access.onNewLists(newLists);
  }

  /** What still waits for its turn is dropped with its connection. */
  @Override
  public void close() {
    access.close();
    turns.shutdownNow();
    tls.ifPresent(TlsFiles::close);
  }
}
