package io.meseta.master.http.read;

import java.util.function.ObjDoubleConsumer;

/** Numbers by the names that Mesos gives them: those of {@code /metrics/snapshot}. */
@FunctionalInterface
public interface Numbers {

  /** Gives each of them, as it is now, in no particular order. Thread-safe, and not slow. */
  void forEach(ObjDoubleConsumer<String> reader);
}
