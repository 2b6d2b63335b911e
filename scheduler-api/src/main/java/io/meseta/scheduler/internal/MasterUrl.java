package io.meseta.scheduler.internal;

import io.meseta.common.coordination.ZkUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the masters are: in ZooKeeper, or at addresses.
 *
 * @param zooKeeper present if the leader is to be looked up
 * @param addresses otherwise: the masters, at least one
 * @param tls whether the addresses are given as https
 */
public record MasterUrl(Optional<ZkUrl> zooKeeper, List<MasterAddress> addresses, boolean tls) {

  private static final String HTTP = "http://";
  private static final String HTTPS = "https://";

  /**
   * Reads {@code zk://…/path}, {@code http://host:port,…} or {@code https://host:port,…}.
   *
   * @throws IllegalArgumentException with a text for the author, without any password
   */
  public static MasterUrl parse(String text) {
    if (text.startsWith("zk://")) {
      return new MasterUrl(Optional.of(ZkUrl.parse(text)), List.of(), false);
    }
    boolean tls = text.startsWith(HTTPS);
    if (!tls && !text.startsWith(HTTP)) {
      throw new IllegalArgumentException(
          "The master must be given as zk://host:2181/path or http://host:5050,host2:5050, or"
              + " https://…");
    }
    String scheme = tls ? HTTPS : HTTP;
    List<MasterAddress> addresses = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String address = part.strip();
      if (address.startsWith(scheme)) {
        address = address.substring(scheme.length());
      }
      if (address.endsWith("/")) {
        address = address.substring(0, address.length() - 1);
      }
      addresses.add(MasterAddress.parse(address));
    }
    return new MasterUrl(Optional.empty(), List.copyOf(addresses), tls);
  }
}
