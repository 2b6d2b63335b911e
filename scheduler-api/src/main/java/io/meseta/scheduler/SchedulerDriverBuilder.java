package io.meseta.scheduler;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.scheduler.OfferConstraints;
import io.meseta.common.net.TlsOptions;
import io.meseta.scheduler.internal.CoreOptions;
import io.meseta.scheduler.internal.DriverOptions;
import io.meseta.scheduler.internal.DriverRuntime;
import io.meseta.scheduler.internal.LeaderSource;
import io.meseta.scheduler.internal.MasterUrl;
import io.meseta.scheduler.internal.Subscription;
import io.meseta.scheduler.internal.TransportOptions;
import io.meseta.scheduler.internal.Transports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Options of a {@link SchedulerDriver}. All but the master have defaults. Not thread-safe. */
public final class SchedulerDriverBuilder {

  private static final int QUEUE_LIMIT = 10_000;

  private FrameworkInfo framework;
  private final Scheduler scheduler;
  private @Nullable MasterUrl master;
  private ContentType contentType = ContentType.PROTOBUF;
  private Acknowledgement acknowledgement = Acknowledgement.AUTOMATIC;
  private Duration reconcileInterval = CoreOptions.Timing.DEFAULTS.reconcileInterval();
  private Duration requestLimit = CoreOptions.Timing.DEFAULTS.requestLimit();
  private int heartbeatMisses = CoreOptions.Timing.DEFAULTS.heartbeatMisses();
  private Duration backoffMin = CoreOptions.Timing.DEFAULTS.backoffMin();
  private Duration backoffMax = CoreOptions.Timing.DEFAULTS.backoffMax();
  private TransportOptions.@Nullable Credentials credentials;
  private @Nullable TlsOptions tls;
  private List<String> suppressedRoles = List.of();
  private @Nullable OfferConstraints offerConstraints;

  SchedulerDriverBuilder(FrameworkInfo framework, Scheduler scheduler) {
    if (!framework.isInitialized()) {
      throw new IllegalArgumentException(
          "FrameworkInfo lacks " + String.join(", ", framework.findInitializationErrors()));
    }
    this.framework = framework;
    this.scheduler = scheduler;
  }

  /**
   * Where the masters are. Required.
   *
   * <ul>
   *   <li>{@code zk://host:2181,host2:2181/mesos}: the leader is looked up in ZooKeeper and
   *       followed; {@code zk://user:password@…} where ZooKeeper asks for it;
   *   <li>{@code http://host:5050} or {@code http://host1:5050,host2:5050}: the masters are tried
   *       in turn, and a master that does not lead names the one that does. The port may be left
   *       out.
   *   <li>{@code https://host:5050,…}: the same over TLS.
   * </ul>
   *
   * @param url one of these
   * @return this builder
   * @throws IllegalArgumentException when it is none of these; the text says what is wrong
   */
  public SchedulerDriverBuilder master(String url) {
    master = MasterUrl.parse(url);
    return this;
  }

  /**
   * How messages travel. Default: {@link ContentType#PROTOBUF}.
   *
   * @param type either
   * @return this builder
   */
  public SchedulerDriverBuilder contentType(ContentType type) {
    contentType = type;
    return this;
  }

  /**
   * Who acknowledges status updates. Default: {@link Acknowledgement#AUTOMATIC}.
   *
   * @param when by the driver or by the author
   * @return this builder
   */
  public SchedulerDriverBuilder acknowledgement(Acknowledgement when) {
    acknowledgement = when;
    return this;
  }

  /**
   * From the end of one reconciliation to the start of the next. Default: 15 minutes. Each
   * subscription starts one as well.
   *
   * @param interval positive
   * @return this builder
   */
  public SchedulerDriverBuilder reconcileInterval(Duration interval) {
    reconcileInterval = positive(interval, "reconcileInterval");
    return this;
  }

  /**
   * How long the answer to a call may take, and the answer to a subscription. Default: 15 seconds.
   *
   * @param limit positive
   * @return this builder
   */
  public SchedulerDriverBuilder requestLimit(Duration limit) {
    requestLimit = positive(limit, "requestLimit");
    return this;
  }

  /**
   * After how many heartbeats that did not come (one is due every 15 seconds) the driver takes the
   * connection for dead and makes another. Default: 5.
   *
   * @param misses at least 1
   * @return this builder
   */
  public SchedulerDriverBuilder heartbeatMisses(int misses) {
    if (misses < 1) {
      throw new IllegalArgumentException("heartbeatMisses must be at least 1, not " + misses);
    }
    heartbeatMisses = misses;
    return this;
  }

  /**
   * How long to wait before a new try to subscribe: at first {@code min}, doubled each time up to
   * {@code max}, each time shortened by a random part of up to a half. Default: 100 ms to 15 s.
   *
   * @param min positive
   * @param max not less than {@code min}
   * @return this builder
   */
  public SchedulerDriverBuilder backoff(Duration min, Duration max) {
    if (max.compareTo(positive(min, "the shortest back-off")) < 0) {
      throw new IllegalArgumentException("back-off from " + min + " to " + max + " is no range");
    }
    backoffMin = min;
    backoffMax = max;
    return this;
  }

  /**
   * HTTP basic authentication. Sets {@code FrameworkInfo.principal} too if it is not set, since
   * masters demand that they are equal. The secret is never printed.
   *
   * @param principal without a colon
   * @param secret the password
   * @return this builder
   */
  public SchedulerDriverBuilder credentials(String principal, String secret) {
    credentials = new TransportOptions.Credentials(principal, secret);
    if (!framework.hasPrincipal()) {
      framework = framework.toBuilder().setPrincipal(principal).build();
    }
    return this;
  }

  /**
   * Speaks https to masters, also to those that ZooKeeper names, and trusts these authorities. The
   * certificate of a master has to name the host at which it is found.
   *
   * @param authorities a PEM file; it is read when the driver is built, and again when it changes
   * @return this builder
   */
  public SchedulerDriverBuilder tls(Path authorities) {
    tls = TlsOptions.trusting(authorities);
    return this;
  }

  /**
   * As {@link #tls(Path)}, with a certificate to show to masters that ask for one.
   *
   * @param authorities a PEM file
   * @param certificate a PEM file
   * @param key the certificate's, PEM (PKCS#8, not encrypted)
   * @return this builder
   */
  public SchedulerDriverBuilder tls(Path authorities, Path certificate, Path key) {
    tls = TlsOptions.of(certificate, key, authorities);
    return this;
  }

  /**
   * Roles that want no offers from the start. {@link SchedulerDriver#revive} changes it later.
   *
   * @param roles some of the framework's roles
   * @return this builder
   */
  public SchedulerDriverBuilder suppressedRoles(String... roles) {
    suppressedRoles = List.of(roles);
    return this;
  }

  /**
   * Which agents' offers are wanted at all, by attributes.
   *
   * @param constraints per role
   * @return this builder
   */
  public SchedulerDriverBuilder offerConstraints(OfferConstraints constraints) {
    offerConstraints = constraints;
    return this;
  }

  /**
   * Makes the driver, which does nothing before {@link SchedulerDriver#start}.
   *
   * @return a driver, to be closed in the end
   * @throws IllegalStateException when {@link #master} was not called
   */
  public SchedulerDriver build() {
    MasterUrl where = master;
    if (where == null) {
      throw new IllegalStateException(
          "No master: call master(\"zk://…/mesos\") or master(\"http://host:5050\")");
    }
    CoreOptions core =
        new CoreOptions(
            where.addresses(),
            acknowledgement == Acknowledgement.AUTOMATIC,
            new CoreOptions.Timing(
                requestLimit, reconcileInterval, heartbeatMisses, backoffMin, backoffMax),
            ThreadLocalRandom.current().nextLong(),
            QUEUE_LIMIT);
    LeaderSource leaders = Transports.leaders(where);
    return new DriverRuntime(
        new DriverOptions(
            framework.getName(),
            scheduler,
            new Subscription(framework, suppressedRoles, Optional.ofNullable(offerConstraints)),
            core,
            Transports.http(
                new TransportOptions(
                    contentType, Optional.ofNullable(credentials), tlsTo(where), requestLimit)),
            leaders));
  }

  /** An https address without more is judged by the authorities that this Java trusts. */
  private Optional<TlsOptions> tlsTo(MasterUrl where) {
    TlsOptions given = tls;
    if (given != null) {
      return Optional.of(given);
    }
    return where.tls()
        ? Optional.of(
            new TlsOptions(Optional.empty(), Optional.empty(), TlsOptions.Clients.NOT_ASKED))
        : Optional.empty();
  }

  private static Duration positive(Duration duration, String what) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(what + " must be positive, not " + duration);
    }
    return duration;
  }
}
