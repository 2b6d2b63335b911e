package io.meseta.common.net;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Who is at the other end of a connection, as TLS has proved it. */
final class TlsPeer {

  private TlsPeer() {}

  /** To be asked when the handshake is over. */
  static HttpRequest.Caller of(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      return HttpRequest.Caller.UNKNOWN;
    }
    try {
      X509Certificate certificate =
          (X509Certificate) tls.engine().getSession().getPeerCertificates()[0];
      return new HttpRequest.Caller(Optional.of(certificate), Optional.empty());
    } catch (SSLPeerUnverifiedException e) {
      // It was asked for none, or had none and none was required.
      return HttpRequest.Caller.UNKNOWN;
    }
  }
}
