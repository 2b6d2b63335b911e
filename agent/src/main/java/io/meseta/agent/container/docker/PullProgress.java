package io.meseta.agent.container.docker;

import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.ResponseItem;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How far a pull is, for people; gathered from what the engine says of each layer. Not shared. */
final class PullProgress {

  private static final double MEGABYTE = 1e6;

  private final String image;
  private final Map<String, Layer> layers = new LinkedHashMap<>();
  private boolean retrying;

  private static final class Layer {
    long current;
    long total;
    boolean done;
  }

  PullProgress(String image) {
    this.image = image;
  }

  /**
   * Takes what the engine says.
   *
   * @return whether the pull has moved: an engine that announces another try of its own has not
   */
  boolean accept(PullResponseItem item) {
    String status = item.getStatus() == null ? "" : item.getStatus();
    retrying = status.startsWith("Retrying");
    String id = item.getId();
    // The line that names the tag has an id, too.
    if (id != null && !id.isEmpty() && !status.startsWith("Pulling from")) {
      update(layers.computeIfAbsent(id, none -> new Layer()), status, item.getProgressDetail());
    }
    return !retrying;
  }

  private static void update(
      Layer layer, String status, ResponseItem.@Nullable ProgressDetail detail) {
    switch (status) {
      case "Downloading" -> {
        if (detail != null && detail.getCurrent() != null) {
          layer.current = detail.getCurrent();
          layer.total = Math.max(layer.current, detail.getTotal() == null ? 0 : detail.getTotal());
        }
      }
      case "Download complete", "Verifying Checksum", "Extracting" -> layer.current = layer.total;
      case "Pull complete", "Already exists" -> {
        layer.current = layer.total;
        layer.done = true;
      }
      default -> {
        // Waits, or is tried again: nothing is to be added.
      }
    }
  }

  /** One line: {@code pulling NAME: 45.2 of 120.1 MB, 3 of 7 layers}. */
  String describe() {
    StringBuilder text = new StringBuilder("pulling ").append(image);
    if (!layers.isEmpty()) {
      long current = layers.values().stream().mapToLong(layer -> layer.current).sum();
      long total = layers.values().stream().mapToLong(layer -> layer.total).sum();
      long done = layers.values().stream().filter(layer -> layer.done).count();
      text.append(": ");
      if (total > 0) {
        text.append(
            String.format(Locale.ROOT, "%.1f of %.1f MB, ", current / MEGABYTE, total / MEGABYTE));
      }
      text.append(done).append(" of ").append(layers.size()).append(" layers");
    }
    return text.append(retrying ? ", the engine tries again" : "").toString();
  }
}
