package io.meseta.agent.health;

import io.meseta.common.config.Durations;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for a page as Mesos does: a GET that follows redirects and verifies no certificate, as a
 * task is asked by its address and not by its name. The connection is closed after each question,
 * so that the next one finds out whether the task still accepts any. No proxy is used.
 */
final class HttpCheck {

  private static final Logger log = LoggerFactory.getLogger(HttpCheck.class);
  private static final int MAX_REDIRECTS = 20;

  private @Nullable SSLSocketFactory trustingAll;

  /** Blocks until there is an answer, at most for the time given. */
  CheckAnswer ask(CheckTarget.Http page, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      URI uri = uriOf(page);
      for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          return new CheckAnswer.None("no answer within " + Durations.print(timeout));
        }
        Step step = step(uri, Math.clamp(left, 1, Integer.MAX_VALUE));
        if (step.next() == null) {
          return new CheckAnswer.HttpStatus(step.status());
        }
        uri = step.next();
      }
      return new CheckAnswer.None("more than " + MAX_REDIRECTS + " redirects");
    } catch (IOException | GeneralSecurityException | URISyntaxException e) {
      log.debug("no answer from {}", page, e);
      String why = e.getMessage() == null ? e.toString() : e.getMessage();
      return new CheckAnswer.None(
          page.scheme() + " port " + page.port() + " of " + page.host() + ": " + why);
    }
  }

  private static URI uriOf(CheckTarget.Http page) throws URISyntaxException {
    String host = page.host().contains(":") ? "[" + page.host() + "]" : page.host();
    // As it was written: it may hold a query, and what is escaped stays so.
    return new URI(page.scheme() + "://" + host + ":" + page.port() + page.path());
  }

  /** One request: a status, or where to go on. */
  private record Step(int status, @Nullable URI next) {}

  private Step step(URI uri, int timeoutMillis) throws IOException, GeneralSecurityException {
    String scheme = uri.getScheme();
    if (!"http".equals(scheme) && !"https".equals(scheme)) {
      throw new IOException("a redirect to '" + uri + "' is not followed");
    }
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
    try {
      connection.setInstanceFollowRedirects(false);
      connection.setConnectTimeout(timeoutMillis);
      connection.setReadTimeout(timeoutMillis);
      connection.setUseCaches(false);
      connection.setRequestProperty("Connection", "close");
      connection.setRequestProperty("User-Agent", "meseta-check");
      if (connection instanceof HttpsURLConnection secure) {
        secure.setSSLSocketFactory(trustingAll());
        secure.setHostnameVerifier((host, session) -> true);
      }
      int status = connection.getResponseCode();
      if (status < 0) {
        throw new IOException("the answer is not HTTP");
      }
      String location = connection.getHeaderField("Location");
      boolean redirect =
          switch (status) {
            case 301, 302, 303, 307, 308 -> location != null;
            default -> false;
          };
      return new Step(status, redirect ? uri.resolve(location) : null);
    } catch (IllegalArgumentException e) {
      throw new IOException("a redirect that is no URI: " + e.getMessage(), e);
    } finally {
      connection.disconnect();
    }
  }

  private synchronized SSLSocketFactory trustingAll() throws GeneralSecurityException {
    SSLSocketFactory made = trustingAll;
    if (made == null) {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustAll()}, new SecureRandom());
      made = context.getSocketFactory();
      trustingAll = made;
    }
    return made;
  }

  /** Whose certificate it is does not matter here: nothing secret is sent. */
  private static final class TrustAll extends X509ExtendedTrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
