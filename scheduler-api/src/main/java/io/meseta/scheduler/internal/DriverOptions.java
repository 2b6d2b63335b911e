package io.meseta.scheduler.internal;

import io.meseta.scheduler.Scheduler;

/**
 * What a {@link DriverRuntime} is made of.
 *
 * @param name for thread names
 * @param leaders who leads, if that has to be found out
 */
public record DriverOptions(
    String name,
    Scheduler scheduler,
    Subscription subscription,
    CoreOptions core,
    MasterTransport transport,
    LeaderSource leaders) {}
