package io.meseta.common.coordination;

import java.util.List;
import java.util.function.Consumer;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.zookeeper.KeeperException.Code;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes lasting nodes and their parents where they are not there yet. */
final class NodeMaker {
  private static final Logger log = LoggerFactory.getLogger(NodeMaker.class);

  private final ZkSession session;

  NodeMaker(ZkSession session) {
    this.session = session;
  }

  /**
   * Makes the nodes one after the other, each with the data.
   *
   * @param callback on the coordination thread: OK, or the first failure
   */
  void make(List<String> paths, byte[] data, Consumer<Code> callback) {
    if (paths.isEmpty()) {
      callback.accept(Code.OK);
      return;
    }
    List<String> rest = paths.subList(1, paths.size());
    try {
      session
          .client()
          .create()
          .creatingParentsIfNeeded()
          .inBackground(session.answer(event -> onMade(event, rest, data, callback)))
          .forPath(paths.get(0), data);
    } catch (Exception e) {
      log.warn("Cannot make {}", paths.get(0), e);
      callback.accept(Code.SYSTEMERROR);
    }
  }

  private void onMade(CuratorEvent event, List<String> rest, byte[] data, Consumer<Code> callback) {
    Code code = Codes.of(event);
    if (code == Code.OK || code == Code.NODEEXISTS) {
      make(rest, data, callback);
    } else {
      callback.accept(code);
    }
  }
}
