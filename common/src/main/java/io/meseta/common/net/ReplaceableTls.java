package io.meseta.common.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/** A context that can be exchanged for another: each new connection asks the present one. */
final class ReplaceableTls extends SslContext {
  private volatile SslContext present;

  ReplaceableTls(SslContext first) {
    present = first;
  }

  void replace(SslContext next) {
    present = next;
  }

  @Override
  public boolean isClient() {
    return present.isClient();
  }

  @Override
  public List<String> cipherSuites() {
    return present.cipherSuites();
  }

  /** Its type is deprecated, and the method is one that every context must have. */
  @Override
  @SuppressWarnings("deprecation")
  public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return present.applicationProtocolNegotiator();
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator) {
    return present.newEngine(allocator);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, String peerHost, int peerPort) {
    return present.newEngine(allocator, peerHost, peerPort);
  }

  @Override
  public SSLSessionContext sessionContext() {
    return present.sessionContext();
  }
}
