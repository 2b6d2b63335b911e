package io.meseta.testkit;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops several things; that one cannot be stopped does not spare the others. */
final class Closing {
  private static final Logger log = LoggerFactory.getLogger(Closing.class);

  private Closing() {}

  static void all(List<? extends AutoCloseable> parts) {
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        log.warn("Interrupted while stopping a part of the cluster", e);
      } catch (Exception e) {
        log.warn("A part of the cluster could not be stopped; going on with the others", e);
      }
    }
  }
}
