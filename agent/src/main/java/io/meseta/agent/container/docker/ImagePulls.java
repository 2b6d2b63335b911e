package io.meseta.agent.container.docker;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Pulls images. All who want the same image with the same credentials at the same time share one
 * pull; it is given up when none of them waits any more. Any thread.
 */
final class ImagePulls {

  private final EngineClient engine;
  private final EngineHealth health;
  private final DockerOptions.Pulls options;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Wanted, ImagePull> underWay = new HashMap<>();

  /** What tasks share a pull of. Who gives no credentials must not profit from those of others. */
  private record Wanted(String image, Optional<RegistryAuth> auth) {}

  ImagePulls(EngineClient engine, EngineHealth health, DockerOptions.Pulls options) {
    this.engine = engine;
    this.health = health;
    this.options = options;
  }

  /**
   * Waits until the image has been pulled.
   *
   * @param auth what the image's registry is told
   * @param progress told, at most once a second, how far it is
   * @throws EngineException when it cannot be had; the message says what to do
   */
  void pull(String image, Optional<RegistryAuth> auth, Consumer<String> progress)
      throws EngineException, InterruptedException {
    Wanted wanted = new Wanted(image, auth);
    ImagePull pull = join(wanted, progress);
    try {
      pull.await();
    } finally {
      leave(wanted, pull, progress);
    }
  }

  private ImagePull join(Wanted wanted, Consumer<String> progress) {
    lock.lock();
    try {
      ImagePull pull = underWay.get(wanted);
      if (pull == null || pull.isDone()) {
        pull = new ImagePull(engine, health, options, wanted.image(), wanted.auth());
        pull.start();
        underWay.put(wanted, pull);
      }
      pull.add(progress);
      return pull;
    } finally {
      lock.unlock();
    }
  }

  private void leave(Wanted wanted, ImagePull pull, Consumer<String> progress) {
    lock.lock();
    try {
      if (pull.remove(progress)) {
        underWay.remove(wanted, pull);
        pull.giveUp();
      }
    } finally {
      lock.unlock();
    }
  }
}
