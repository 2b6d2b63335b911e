package io.meseta.master;

import io.meseta.master.feed.FeedOptions;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options about those who follow the cluster by SUBSCRIBE and WATCH. */
final class FeedFlags {

  @Option(
      names = "--max_operator_event_stream_subscribers",
      paramLabel = "NUMBER",
      defaultValue = "1000",
      description =
          "So many streams of SUBSCRIBE and WATCH may be open; one more ends the oldest; default"
              + " 1000.")
  int maxSubscribers = FeedOptions.MAX_SUBSCRIBERS;

  FeedOptions options() {
    if (maxSubscribers < 1) {
      throw new IllegalArgumentException(
          "--max_operator_event_stream_subscribers must be at least 1");
    }
    return FeedOptions.of(maxSubscribers);
  }

  /** As pages show them. */
  void addTo(Map<String, String> flags) {
    flags.put("max_operator_event_stream_subscribers", Integer.toString(maxSubscribers));
  }
}
