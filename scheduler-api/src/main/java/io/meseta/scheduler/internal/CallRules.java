package io.meseta.scheduler.internal;

import io.meseta.api.v1.scheduler.Call;

/** What a call of an author must be before it is worth sending. */
final class CallRules {

  private CallRules() {}

  static void check(Call call) {
    if (call.getType() == Call.Type.UNKNOWN) {
      throw new IllegalArgumentException("The call has no type: set Call.type");
    }
    if (call.getType() == Call.Type.SUBSCRIBE) {
      throw new IllegalArgumentException(
          "SUBSCRIBE is the driver's own; use start(), and updateFramework() for changes");
    }
    if (!call.isInitialized()) {
      throw new IllegalArgumentException(
          call.getType() + " lacks " + String.join(", ", call.findInitializationErrors()));
    }
  }
}
