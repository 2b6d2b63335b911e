package io.meseta.scheduler.internal;

/** What a driver is built with in production. */
public final class Transports {

  private Transports() {}

  /** Finds the leader where the URL says. */
  public static LeaderSource leaders(MasterUrl url) {
    return url.zooKeeper().<LeaderSource>map(ZooKeeperLeaders::new).orElseGet(LeaderSource::none);
  }

  /** Speaks HTTP. */
  public static MasterTransport http(TransportOptions options) {
    return new HttpMasterTransport(options);
  }
}
