package io.meseta.master.core;

import io.meseta.api.v1.scheduler.Call;

/** A subscription that waits for the registry. */
record ParkedSubscription(long exchange, String streamId, Call.Subscribe call) {}
