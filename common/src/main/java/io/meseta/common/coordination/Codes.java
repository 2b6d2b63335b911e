package io.meseta.common.coordination;

import org.apache.curator.framework.api.CuratorEvent;
import org.apache.zookeeper.KeeperException.Code;

/** What ZooKeeper's result codes mean to us. */
final class Codes {
  private Codes() {}

  static Code of(CuratorEvent event) {
    return of(event.getResultCode());
  }

  static Code of(int number) {
    // Codes of a newer server are not in the client's list.
    Code code = Code.get(number);
    return code == null ? Code.SYSTEMERROR : code;
  }

  /** The request may have been carried out or not, and asking again can help. */
  static boolean isTransient(Code code) {
    return switch (code) {
      case CONNECTIONLOSS, OPERATIONTIMEOUT, SESSIONEXPIRED, SESSIONMOVED, REQUESTTIMEOUT -> true;
      default -> false;
    };
  }
}
