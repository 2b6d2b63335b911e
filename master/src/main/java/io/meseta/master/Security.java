package io.meseta.master;

import io.meseta.common.acl.Authorizer;
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
  private final Authorizer authorizer;
  private final Throttle throttle;
  private final Optional<TlsFiles> tls;
  private final ScheduledExecutorService turns =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("master-turns").factory());

  private Security(SecurityFlags flags) {
    MasterRealms realms = new MasterRealms(flags.demands());
    authorizer = flags.authorizer();
    gate =
        new AuthorizationGate(
            new AuthenticationGate(flags.authentication(), realms::of),
            authorizer,
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
    return new CallGuard(authorizer, view);
  }

  SchedulerGuard schedulerGuard() {
    return new SchedulerGuard(throttle, turns);
  }

  ReadFilters readFilters() {
    return new ReadFilters(authorizer);
  }

  /** What still waits for its turn is dropped with its connection. */
  @Override
  public void close() {
    turns.shutdownNow();
    tls.ifPresent(TlsFiles::close);
  }
}
