package io.meseta.master.allocation;

import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Quantities;
import java.time.Instant;

/**
 * A framework that keeps offers from others by not answering them.
 *
 * @param offers how many it holds for so long
 * @param oldest since when it holds the oldest
 * @param held what is in them, reservations apart
 * @param why what makes it too much
 */
public record Hoarder(FrameworkId framework, int offers, Instant oldest, Quantities held, Why why) {

  /** What is too much. */
  public enum Why {
    /** As many offers as one framework may hold, or more. */
    OFFER_LIMIT("as many as it may hold"),
    /** More than half of what nobody uses. */
    MOST_OF_THE_FREE("more than half of what is not in use");

    private final String text;

    Why(String text) {
      this.text = text;
    }
  }

  /** In words. */
  public String text() {
    return "framework %s has not answered %d offers [%s], %s, the oldest since %s"
        .formatted(framework, offers, held, why.text, oldest);
  }
}
