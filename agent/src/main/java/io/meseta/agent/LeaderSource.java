package io.meseta.agent;

import io.meseta.agent.core.LeaderAddress;
import io.meseta.api.v1.MasterInfo;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.config.FileText;
import io.meseta.common.coordination.LeaderDetector;
import io.meseta.common.coordination.ZkOptions;
import io.meseta.common.coordination.ZkSession;
import io.meseta.common.coordination.ZkUrl;
import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells which master leads: as ZooKeeper says, or always the one that was named. */
final class LeaderSource implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LeaderSource.class);
  private static final int DEFAULT_PORT = 5050;

  private final @Nullable ZkSession session;
  private final @Nullable LeaderDetector detector;

  private LeaderSource(@Nullable ZkSession session, @Nullable LeaderDetector detector) {
    this.session = session;
    this.detector = detector;
  }

  /**
   * Begins to look.
   *
   * @param listener told on a thread of ZooKeeper's client, or at once
   * @throws IllegalArgumentException if {@code where} names no place
   */
  static LeaderSource start(
      String where, ZkOptions options, Consumer<Optional<LeaderAddress>> listener) {
    String master = FileText.resolve("--master", where);
    if (master.startsWith("zk://")) {
      ZkSession session = ZkSession.open(ZkUrl.parse(master), options);
      return new LeaderSource(
          session,
          LeaderDetector.start(
              session, json -> listener.accept(json.flatMap(LeaderSource::addressOf))));
    }
    listener.accept(Optional.of(fixed(master)));
    return new LeaderSource(null, null);
  }

  /** Without the password that may be in it. */
  static String describe(String where) {
    String master = FileText.resolve("--master", where);
    return master.startsWith("zk://") ? ZkUrl.parse(master).toString() : master;
  }

  private static LeaderAddress fixed(String master) {
    String address = master.startsWith("http://") ? master.substring(7) : master;
    URI uri = URI.create("http://" + address);
    if (uri.getHost() == null) {
      throw new IllegalArgumentException(
          "--master is neither zk://host:port/path nor host:port: " + master);
    }
    return new LeaderAddress("", uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
  }

  private static Optional<LeaderAddress> addressOf(byte[] json) {
    try {
      MasterInfo info = Codec.decode(json, MasterInfo.getDefaultInstance(), MediaType.JSON);
      String host = info.hasHostname() ? info.getHostname() : info.getAddress().getIp();
      return Optional.of(new LeaderAddress(info.getId(), host, info.getPort()));
    } catch (DecodeException e) {
      log.warn("The published leader cannot be understood: {}", e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    if (detector != null) {
      detector.close();
    }
    if (session != null) {
      session.close();
    }
  }
}
