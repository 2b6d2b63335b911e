package io.meseta.common.net;

import java.util.function.Consumer;

/**
 * The records of a request's body, taken as they come, before the request has an answer. Every
 * method may be called from any thread.
 *
 * <p>A body that is no sequence of records is answered with 400 and the reason. What a silent
 * client costs is for the taker to limit: there is no time limit here.
 */
public interface RecordUpload extends FlowControl {

  /**
   * Starts delivery, to be called once: in order, one at a time, on a Netty thread. A listener that
   * throws ends the request with 500.
   */
  void receive(Consumer<byte[]> listener);

  /**
   * To be told once that no further record comes, on a Netty thread, or on the calling thread if it
   * is so already: {@link CloseReason.Kind#PEER_FINISHED} when the body has ended, and an answer is
   * still to be given; every other reason when there is nobody to answer, or an answer already.
   */
  void onEnd(Consumer<CloseReason> callback);
}
