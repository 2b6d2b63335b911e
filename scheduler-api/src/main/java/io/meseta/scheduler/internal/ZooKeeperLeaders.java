package io.meseta.scheduler.internal;

import io.meseta.api.v1.MasterInfo;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.coordination.LeaderDetector;
import io.meseta.common.coordination.ZkOptions;
import io.meseta.common.coordination.ZkSession;
import io.meseta.common.coordination.ZkUrl;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks the leader up in ZooKeeper, where masters publish themselves. */
final class ZooKeeperLeaders implements LeaderSource {

  private static final Logger log = LoggerFactory.getLogger(ZooKeeperLeaders.class);

  private final ZkUrl url;
  private @Nullable ZkSession session;
  private @Nullable LeaderDetector detector;
  private boolean closed;

  ZooKeeperLeaders(ZkUrl url) {
    this.url = url;
  }

  @Override
  public synchronized void start(Consumer<Optional<MasterAddress>> listener) {
    if (closed) {
      return;
    }
    ZkSession opened = ZkSession.open(url, ZkOptions.DEFAULT);
    session = opened;
    detector = LeaderDetector.start(opened, json -> listener.accept(json.flatMap(this::addressOf)));
  }

  private Optional<MasterAddress> addressOf(byte[] json) {
    try {
      MasterInfo info = Codec.decode(json, MasterInfo.getDefaultInstance(), MediaType.JSON);
      Optional<MasterAddress> address = MasterAddress.of(info);
      if (address.isEmpty()) {
        log.warn("The leader published in {} has no address: {}", url, info);
      }
      return address;
    } catch (DecodeException e) {
      log.warn("What the leader published in {} is no MasterInfo: {}", url, e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (detector != null) {
      detector.close();
    }
    if (session != null) {
      session.close();
    }
  }
}
